# The replay module, by a browser.
if have_browser; then
    node .ci/peer/replay.mjs "$voxev"
else
    skipped 'replay: no Node.js, or Chromium is out of reach'
fi
