# The hook, by pre-commit.
if ! have pre-commit pre-commit; then
    skipped 'pre-commit: no Python, or PyPI is out of reach'
    exit
fi
# As another repository has it: a hook of the last commit here, which pre-commit builds once.
git init --quiet "$scratch/repository"
cp fixtures/valid/call.jsonl "$scratch/repository/good.jsonl"
cp fixtures/invalid/wrong-type.jsonl "$scratch/repository/bad.jsonl"
printf 'repos:\n- repo: %s\n  rev: %s\n  hooks:\n  - id: voxev\n' \
    "$repository" "$(git rev-parse HEAD)" > "$scratch/repository/.pre-commit-config.yaml"
git -C "$scratch/repository" add -A
# A release build of every dependency is not the point here.
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
export CARGO_TARGET_DIR=$tools/pre-commit PRE_COMMIT_HOME=$scratch/home CARGO_NET_RETRY=1
said() { (cd "$scratch/repository" && within "$building" pre-commit "$@") > "$scratch/said" 2>&1; }
said install-hooks && exit_code=0 || exit_code=$?
# pre-commit has cargo look for the newest dependencies, which takes the registry.
unreachable="failed to (download|fetch|get)|could not (resolve|connect)|couldn't (resolve|connect)|spurious network error"
if [ "$exit_code" = 124 ]; then
    skipped "pre-commit: voxev was not built within $building seconds"
elif [ "$exit_code" != 0 ] && grep -qiE "$unreachable" "$scratch/said"; then
    skipped 'pre-commit: cargo cannot reach its registry'
elif [ "$exit_code" != 0 ]; then
    cat "$scratch/said"; exit 1
else
    said run --verbose --files good.jsonl || { cat "$scratch/said"; exit 1; }
    if said run --verbose --files bad.jsonl; then
        cat "$scratch/said"; echo 'pre-commit let a broken capture pass'; exit 1
    fi
    grep -q 'callId is 4159990000' "$scratch/said" || { cat "$scratch/said"; exit 1; }
    echo 'pre-commit: the good capture passes, the broken one is refused'
fi
