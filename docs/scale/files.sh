#!/usr/bin/env bash
# Works on each capture of a folder as a job of its own, with GNU parallel.
#
#     files.sh CAPTURES RESULTS PARTICIPANTS.KEY
#
# Add --sshloginfile MACHINES to each `parallel` to use other machines that see the same folders.
set -euo pipefail
captures=$1 results=$2 key=$3
voxev=${VOXEV:-voxev}
mkdir -p "$results/events" "$results/calls"
list=$results/captures.txt
find "$captures" -name '*.jsonl' | LC_ALL=C sort > "$list"

# Exit codes 0 and 1 are results. `--halt` ends everything at any other one, which `filter` and
# `validate` use for captures that cannot be read. `-k` keeps the order of the list.
fine() { "$@" || [ $? = 1 ]; }
export -f fine
run() { parallel --no-notice -k --halt now,fail=1 --arg-file "$list" "$@"; }

run fine "$voxev" validate -q -j1 --format json {} > "$results/findings.jsonl"
run fine "$voxev" filter -j1 --type hold {} > "$results/holds.jsonl"
run fine "$voxev" convert -j1 --to parquet -o "$results/events/part-{#}.parquet" {}
run "$voxev" stats -j1 --format json --key-file "$key" {} '>' "$results/calls/{#}.json"
mapfile -t reports < <(seq -f "$results/calls/%.0f.json" "$(wc -l < "$list")")
"$voxev" stats --merge --format csv "${reports[@]}" > "$results/calls.csv"
