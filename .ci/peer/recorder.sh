# The recorder's bundle, by the open-source LWC compiler, in Chromium and in Jest.
if ! have_npm @lwc/rollup-plugin@8 lwc@8 rollup@4 @salesforce/sfdx-lwc-jest@7; then
    skipped 'recorder: no Node.js, or npm is out of reach'
    exit
fi
if have_browser; then
    within "$fetching" node .ci/peer/recorder.mjs "$voxev" "$scratch/recorder"
else
    skipped 'recorder: no Chromium to be had; its component is not driven in a browser'
fi
# The bundle's own test, in a project as `sf project generate` makes one.
project=$scratch/recorder-project
mkdir -p "$project/force-app/main/default/lwc"
ln -s "$npm" "$project/node_modules"
echo '{}' > "$project/package.json"
echo '{"packageDirectories":[{"path":"force-app","default":true}],"sourceApiVersion":"60.0"}' > "$project/sfdx-project.json"
echo "module.exports = require('@salesforce/sfdx-lwc-jest/config').jestConfig;" > "$project/jest.config.js"
(
    cd "$project"
    "$voxev" recorder > said
    within "$fetching" node node_modules/@salesforce/sfdx-lwc-jest/bin/sfdx-lwc-jest > jest.txt 2>&1 || { cat jest.txt; exit 1; }
)
grep -q '^Tests: *[1-9][0-9]* passed, [1-9]' "$project/jest.txt" || { cat "$project/jest.txt"; exit 1; }
echo "recorder: its test passes in Jest ($(grep '^Tests:' "$project/jest.txt" | tr -s ' '))"
