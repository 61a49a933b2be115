# Every column and every group of `voxev stats`, computed from the lines by a program of its own.
if command -v python3 >/dev/null; then
    for recipe in '--calls 120 --seed 1' '--calls 60 --seed 2 --mix transcript=30,note=5' '--calls 60 --seed 3 --mix audiostats=50'; do
        # shellcheck disable=SC2086 # a recipe is several arguments
        "$voxev" generate $recipe > "$scratch/figures.jsonl"
        within "$fetching" python3 .ci/peer/figures.py "$voxev" "$scratch/figures.jsonl"
    done
    # Some reports measure what their channel usually does not.
    awk 'NR % 7 == 5 { sub(/"roundTripTimeMillis":0,/, "\"roundTripTimeMillis\":450,") }
         NR % 5 == 3 { sub(/"jitterBufferMillis":0,/, "\"jitterBufferMillis\":40,") } 1' \
        "$scratch/figures.jsonl" > "$scratch/both.jsonl"
    within "$fetching" python3 .ci/peer/figures.py "$voxev" "$scratch/both.jsonl"
else
    skipped 'figures: no Python'
fi
