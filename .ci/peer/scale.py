"""Compares what a recipe of docs/scale.md wrote with the results of one run.

    scale.py ONE RESULTS NAME
"""

import csv
import json
import re
import sys
from pathlib import Path

import duckdb

# They tell where lines are: in a piece, they are counted from its beginning.
PLACES = {"firstLine", "lastLine", "firstCapture", "lastCapture", "capture", "captures"}


def findings(path):
    """Findings without the lines of their pieces, in the order of files and offsets."""
    found = []
    for line in path.read_text().splitlines():
        finding = json.loads(line)
        finding["file"] = Path(re.sub(r"#\d+-\d*$", "", finding["file"])).name
        del finding["line"]
        found.append(finding)
    return sorted(found, key=lambda it: (it["file"], it["offset"]))


def calls(path):
    with open(path, newline="") as file:
        rows = [{key: cell for key, cell in row.items() if key not in PLACES} for row in csv.DictReader(file)]
    return sorted(rows, key=lambda row: row["name"])


def events(path):
    files = path / "events.parquet" if (path / "events.parquet").exists() else path / "events" / "*.parquet"
    return sorted(duckdb.sql(f"SELECT COLUMNS(*)::VARCHAR FROM '{files}'").fetchall(), key=repr)


def same(what, found, wanted):
    assert len(found) == len(wanted), f"{what}: {len(found)}, not {len(wanted)}"
    for one, other in zip(found, wanted, strict=True):
        if isinstance(one, dict):
            one, other = ({key: it for key, it in these.items() if one.get(key) != other.get(key)} for these in (one, other))
        assert one == other, f"{what}: {one} is not {other}"
    return len(found)


def main():
    one, results, name = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    counts = [
        same("findings", findings(results / "findings.jsonl"), findings(one / "findings.jsonl")),
        same("calls", calls(results / "calls.csv"), calls(one / "calls.csv")),
        same("events", events(results), events(one)),
    ]
    assert (results / "holds.jsonl").read_bytes() == (one / "holds.jsonl").read_bytes(), "holds"
    print(f"scale: {name}: {counts[0]} findings, {counts[1]} calls and {counts[2]} events as in one run")


main()
