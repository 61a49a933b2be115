# Parquet files, read back by DuckDB and pyarrow, and compared with the lines and with the CSV.
if have_pip duckdb pyarrow; then
    for recipe in '--calls 60 --seed 1' '--calls 40 --seed 2 --mix transcript=30,note=5,flagraise=5' '--calls 60 --seed 3 --faults 0.02'; do
        # shellcheck disable=SC2086 # a recipe is several arguments
        "$voxev" generate $recipe -o "$scratch/$(echo "$recipe" | tr -dc 'a-z0-9').jsonl"
    done
    within "$fetching" "$tools/python/bin/python" .ci/peer/parquet.py "$voxev" "$scratch" \
        "$scratch"/calls*[0-9].jsonl fixtures/valid/*.jsonl fixtures/invalid/*.jsonl fixtures/hostile/*.jsonl
else
    skipped 'parquet: no Python, or PyPI is out of reach'
fi
