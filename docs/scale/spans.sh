#!/usr/bin/env bash
# Works on pieces of one capture, with GNU parallel and without copying any of them.
#
#     spans.sh CAPTURE RESULTS PARTICIPANTS.KEY
set -euo pipefail
capture=$1 results=$2 key=$3
voxev=${VOXEV:-voxev}
piece=${PIECE_BYTES:-268435456}
mkdir -p "$results/events" "$results/calls"
# Any cuts will do: each line belongs to the piece that it begins in.
size=$(wc -c < "$capture")
list=$results/spans.txt
seq 0 "$piece" "$((size - 1))" | while read -r start; do echo "$start-$((start + piece))"; done > "$list"

fine() { "$@" || [ $? = 1 ]; }
export -f fine
run() { parallel --no-notice -k --halt now,fail=1 --arg-file "$list" "$@"; }

run fine "$voxev" validate -q -j1 --format json --span {} "$capture" > "$results/findings.jsonl"
run fine "$voxev" filter -j1 --type hold --span {} "$capture" > "$results/holds.jsonl"
run fine "$voxev" convert -j1 --to parquet -o "$results/events/part-{#}.parquet" --span {} "$capture"
run "$voxev" stats -j1 --format json --key-file "$key" --span {} "$capture" '>' "$results/calls/{#}.json"
mapfile -t reports < <(seq -f "$results/calls/%.0f.json" "$(wc -l < "$list")")
"$voxev" stats --merge --format csv "${reports[@]}" > "$results/calls.csv"
