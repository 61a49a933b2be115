# The example's component and test in a Salesforce DX project, with the Jest that Salesforce provides and
# the configuration that docs/replaying.md shows.
sfdx_project=$tools/npm-sfdx
sfdx_packages=$scratch/sfdx-packages

sfdx_install() {
    command -v npm >/dev/null || return
    mkdir -p "$sfdx_project" && cd "$sfdx_project" || return
    [ -e package.json ] || echo '{"private":true}' > package.json
    within "$fetching" npm install --silent --no-fund --no-audit --save-dev \
        @salesforce/sfdx-lwc-jest@7 ajv@8 "$sfdx_packages"/*.tgz >/dev/null
}

sfdx_test() {
    cd "$sfdx_project"
    rm -rf force-app && cp -R "$repository/packaging/npm/example/force-app" .
    rm -r force-app/test
    echo '{"packageDirectories":[{"path":"force-app","default":true}],"sourceApiVersion":"66.0"}' > sfdx-project.json
    awk '/^```js$/ { block = ""; is_block = 1; next }
        /^```$/ { if (is_block && block ~ /sfdx-lwc-jest\/config/) printf "%s", block; is_block = 0 }
        is_block { block = block $0 "\n" }' "$repository/docs/replaying.md" > jest.config.js
    npx sfdx-lwc-jest > jest.txt 2>&1 && grep -q 'Tests: .* 5 passed, 5 total' jest.txt || { cat jest.txt; exit 1; }
    echo 'sfdx: the example passes with sfdx-lwc-jest and the configuration of docs/replaying.md'
}

# The matcher's verdict needs no program, so the packages need not be for this platform.
if command -v node >/dev/null &&
    packaging/npm/pack "$sfdx_packages" main "$voxev" >/dev/null && (sfdx_install); then
    (sfdx_test)
else
    skipped 'sfdx: no Node.js, or npm is out of reach'
fi
