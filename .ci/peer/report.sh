# The report of `voxev report` in headless Chromium: sorting, filtering, keys, themes, hostile text,
# narrow windows, paper, and a page without JavaScript. Nothing may be logged as an error, and nothing
# may be asked for over a network. With PICTURE=overwrite, docs/report.png is taken anew.
if have_browser; then
    mkdir -p "$scratch/report"
    "$voxev" generate --calls 300 --seed 5 -o "$scratch/report/calls.jsonl"
    node .ci/peer/report.mjs captures "$scratch/report"
    "$voxev" report --time-zone UTC --by hour -o "$scratch/report/calls.html" "$scratch/report/calls.jsonl" 2>/dev/null
    "$voxev" report --time-zone UTC --show-personal -o "$scratch/report/hostile.html" "$scratch/report/hostile.jsonl" 2>/dev/null
    "$voxev" report --time-zone UTC -o "$scratch/report/many.html" "$scratch/report/many.jsonl" 2>/dev/null
    within 90 node .ci/peer/report.mjs check "$scratch/report"
    [ "${PICTURE:-}" != overwrite ] || cp "$scratch/report/picture.png" docs/report.png
else
    skipped 'report: no Node.js or no Chromium, or a registry is out of reach'
fi
