# The TypeScript declarations, by tsc.
if have_npm typescript@5; then
    node .ci/peer/typescript.mjs "$voxev" "$npm/typescript/bin/tsc" "$scratch"
else
    skipped 'tsc: no Node.js, or npm is out of reach'
fi
