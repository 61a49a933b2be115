"""Checks workflows and the action, and writes their scripts: workflows.py FOLDER

No script has an expression in it, which could be an input that becomes code; what may publish is
pinned to a commit; a job has no more permissions than it says; and the action declares what it uses.
"""

import pathlib
import re
import sys

import yaml

folder = pathlib.Path(sys.argv[1])
folder.mkdir()
mistakes = []


def check_steps(name, steps, is_pinned):
    for number, step in enumerate(steps):
        at = f"{name}: step {number}"
        if "run" in step:
            if "${{" in step["run"]:
                mistakes.append(f"{at} has an expression in its script")
            (folder / f"{name}-{number}.sh").write_text(step["run"])
        uses = step.get("uses", "")
        if uses and not uses.startswith("./") and is_pinned and not re.search(r"@[0-9a-f]{40}$", uses):
            mistakes.append(f"{at} uses {uses}, which is not pinned to a commit")


for path in [*pathlib.Path(".github/workflows").glob("*.yml"), pathlib.Path("docs/github-workflow.yml")]:
    workflow = yaml.safe_load(path.read_text())
    may_write = [scope for scope, level in workflow.get("permissions", {"all": "write"}).items() if level == "write"]
    if may_write and path.stem != "github-workflow":
        mistakes.append(f"{path}: every job may write {may_write}")
    for job, content in workflow["jobs"].items():
        check_steps(f"{path.stem}-{job}", content["steps"], path.stem == "release")

action = yaml.safe_load(pathlib.Path("packaging/action/action.yml").read_text())
text = pathlib.Path("packaging/action/action.yml").read_text()
used = set(re.findall(r"\binputs\.([\w-]+)", text))
if used != set(action["inputs"]):
    mistakes.append(f"action.yml: declares {sorted(action['inputs'])}, uses {sorted(used)}")
steps = action["runs"]["steps"]
check_steps("action", steps, True)
for step in steps:
    if "run" in step and step.get("shell") != "bash":
        mistakes.append(f"action.yml: {step['id']} has no shell")
ids = {step["id"] for step in steps}
for output in action["outputs"].values():
    if not set(re.findall(r"steps\.([\w-]+)\.", output["value"])) <= ids:
        mistakes.append(f"action.yml: {output['value']} is of no step")

for mistake in mistakes:
    print(mistake, file=sys.stderr)
sys.exit(bool(mistakes))
