# The JUnit report, by a parser of JUnit reports.
if have junitparser junitparser; then
    "$voxev" validate -q --format junit fixtures > "$scratch/junit.xml" || [ $? = 1 ]
    junitparser verify "$scratch/junit.xml" >/dev/null && exit_code=0 || exit_code=$?
    # It read the report if it says that there are failures, and says nothing else.
    [ "$exit_code" = 1 ] || { echo "junitparser: exit $exit_code"; exit 1; }
    echo 'junitparser: the report is read, and its failures are seen'
else
    skipped 'junitparser: no Python, or PyPI is out of reach'
fi
