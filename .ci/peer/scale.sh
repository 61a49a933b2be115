# The recipes of docs/scale.md: their results are those of one run over the same captures.
scale=$scratch/scale
mkdir -p "$scale/captures" "$scale/one"
"$voxev" generate --calls 60 --seed 1 --faults 0.01 -o "$scale/captures/a.jsonl" --sidecar "$scale/a.faults"
"$voxev" generate --calls 30 --seed 2 --mix transcript=20,note=3 -o "$scale/captures/b.jsonl"
# A lone CR and bytes that are not UTF-8, which some readers of text change.
printf '{"type":"mute","detail":{"callId":"c"}}\r \n{"type":"hold","detail":{"callId":"\xff"}}\n' > "$scale/captures/c.jsonl"
od -An -N32 -tx1 /dev/urandom | tr -d ' \n' > "$scale/participants.key"
export VOXEV=$voxev PIECE_BYTES=300000

# What one run over these captures says.
one_run() {
    local results=$1; shift
    mkdir -p "$results"
    "$voxev" validate -q --format json "$@" > "$results/findings.jsonl" || [ $? = 1 ]
    "$voxev" filter --type hold "$@" > "$results/holds.jsonl" 2>/dev/null || [ $? = 1 ]
    "$voxev" convert --to parquet -o "$results/events.parquet" "$@" 2>/dev/null || [ $? = 1 ]
    "$voxev" stats --format csv "$@" > "$results/calls.csv"
}
one_run "$scale/one" "$scale"/captures/*.jsonl
one_run "$scale/one-a" "$scale/captures/a.jsonl"

have_parquet=$(have_pip duckdb pyarrow && echo yes || true)
compare() {
    if [ -n "$have_parquet" ]; then
        within "$fetching" "$tools/python/bin/python" .ci/peer/scale.py "$@"
    else
        skipped "scale: ${*: -1}: no Python to compare with"
    fi
}

said() { tail -20 "$scale/log"; exit 1; }

if command -v parallel >/dev/null; then
    docs/scale/files.sh "$scale/captures" "$scale/files" "$scale/participants.key" 2>"$scale/log" || said
    compare "$scale/one" "$scale/files" 'GNU parallel, a job for each capture'
    docs/scale/spans.sh "$scale/captures/a.jsonl" "$scale/spans" "$scale/participants.key" 2>"$scale/log" || said
    compare "$scale/one-a" "$scale/spans" 'GNU parallel, a job for each piece of a capture'
    # The trap that the page tells of: with --pipe-part, offsets are those in a piece.
    parallel --no-notice -k --pipe-part --block 300000 -a "$scale/captures/a.jsonl" \
        "$voxev validate -q --format json || true" > "$scale/piped.jsonl"
    ! cmp -s <(sed 's/.*"offset":\([0-9]*\).*/\1/' "$scale/piped.jsonl") \
        <(sed 's/.*"offset":\([0-9]*\).*/\1/' "$scale/one-a/findings.jsonl") ||
        { echo 'parallel --pipe-part tells offsets: docs/scale.md says that it does not'; exit 1; }
else
    skipped 'scale: no GNU parallel'
fi

# Spark is 450 MB: it has two minutes to arrive, and is skipped if it has not by then.
if ! command -v java >/dev/null; then
    skipped 'Spark: no Java'
elif [ -z "$have_parquet" ] || ! have_pip pyspark; then
    skipped 'Spark: pyspark is out of reach, or was not there in time'
else
    export PYSPARK_PYTHON=$tools/python/bin/python PYSPARK_DRIVER_PYTHON=$tools/python/bin/python
    within 100 "$tools/python/bin/python" docs/scale/spark.py \
        "$scale/captures" "$scale/spark" "$scale/participants.key" 2>"$scale/log" |
        grep '|hold ' >/dev/null || said
    compare "$scale/one" "$scale/spark" 'Spark, a task for each piece of a capture'
    "$voxev" convert --to parquet --partition-by type -o "$scale/lake" "$scale/captures/a.jsonl" 2>/dev/null || [ $? = 1 ]
    within 100 "$tools/python/bin/python" .ci/peer/spark.py "$voxev" "$scale/captures/c.jsonl" \
        "$scale/one-a/events.parquet" "$scale/lake" 2>"$scale/log" || said
fi
