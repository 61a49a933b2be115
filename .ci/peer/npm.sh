# The npm package: packed for this platform, installed into empty folders, and used as its README and
# docs/replaying.md say.
npm_packages=$scratch/npm-packages
npm_target=$(command -v node >/dev/null && node -e '
    const libc = process.report.getReport().header.glibcVersionRuntime ? "glibc" : "musl";
    const fits = (it) => it.os === process.platform && it.cpu === process.arch && (it.libc ?? libc) === libc;
    console.log(require("./packaging/npm/voxev/platforms.json").find(fits)?.target ?? "");
') || npm_target=

# Installs voxev into a project.
npm_add() {
    (cd "$1" && within "$fetching" npm install --save-dev --silent --no-fund --no-audit "$npm_packages"/*.tgz >/dev/null)
}

# Puts the example into a folder that keeps what the lock file lists from one run to the next.
npm_example() {
    local source=$repository/packaging/npm/example
    mkdir -p "$1"
    find "$1" -mindepth 1 -maxdepth 1 ! -name node_modules ! -name installed.json -exec rm -rf {} +
    (cd "$source" && tar cf - --exclude ./node_modules .) | tar xf - -C "$1"
    cmp -s "$source/package-lock.json" "$1/installed.json" && return
    rm -f "$1/installed.json"
    (cd "$1" && within "$building" npm ci --silent --no-fund --no-audit >/dev/null) &&
        cp "$source/package-lock.json" "$1/installed.json"
}

npm_check() {
    local tests=$repository/packaging/npm/tests alone=$scratch/npm-alone example=$tools/npm-example
    packaging/npm/pack "$npm_packages" main "$voxev" >/dev/null
    packaging/npm/pack "$npm_packages" "$npm_target" "$voxev" >/dev/null

    mkdir "$alone" && echo '{"private":true}' > "$alone/package.json"
    npm_add "$alone" || { echo 'npm: the packages cannot be installed'; exit 1; }
    cp "$tests"/{pack,replay,launcher}.test.mjs "$alone"
    REPOSITORY=$repository npm_tests "$alone" {pack,replay,launcher}.test.mjs
    npm_types "$alone" "$tests/types.mts"

    npm_example "$example" && npm_add "$example" || { skipped 'npm: the packages of the example are out of reach'; return; }
    cp "$tests/matcher.test.mjs" "$example"
    FIXTURES=$repository/fixtures npm_tests "$example" matcher.test.mjs
    rm "$example/matcher.test.mjs"
    node .ci/peer/npm-page.mjs docs/replaying.md "$example"
}

# Runs tests with Node.js's runner, and shows what it says only where one fails.
npm_tests() {
    local folder=$1; shift
    (cd "$folder" && node --test "$@" > "$scratch/npm-tests.txt" 2>&1) ||
        { grep -A 20 '^not ok' "$scratch/npm-tests.txt" || cat "$scratch/npm-tests.txt"; exit 1; }
    echo "npm: $(grep -c '^ok ' "$scratch/npm-tests.txt") tests pass in $*"
}

# Compiles one file as an ECMAScript module and as CommonJS, and as compilers do that do not know
# `exports`.
npm_types() {
    local folder=$1 tsc=$npm/typescript/bin/tsc
    local options=(--strict --noEmit --skipDefaultLibCheck --target es2022 --lib es2022,dom --typeRoots "$npm/@types" --types jest)
    cp "$2" "$folder/types.mts" && cp "$2" "$folder/types.cts" && cp "$2" "$folder/types.ts"
    (cd "$folder" &&
        node "$tsc" "${options[@]}" --module node16 --moduleResolution node16 types.mts types.cts types.ts &&
        node "$tsc" "${options[@]}" --module commonjs --moduleResolution node10 types.ts) || exit 1
    echo 'npm: the declarations are found and hold, by node16 and node10'
}

if [ -z "$npm_target" ]; then
    skipped 'npm: no Node.js, or no package for this platform'
elif have_npm typescript@5 @types/jest@30; then
    npm_check
else
    skipped 'npm: the registry is out of reach'
fi
