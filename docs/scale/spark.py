"""Validates, filters, converts and summarises a folder of captures with Spark, on any number of machines.

    spark-submit spark.py CAPTURES RESULTS PARTICIPANTS.KEY

CAPTURES and RESULTS are folders that every machine sees under the same path. RESULTS, which should be new,
gets findings.jsonl, holds.jsonl, events/ (Parquet) and calls.csv, and folders with the parts of them. voxev
must be on each machine's PATH, or named by the variable VOXEV.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from pyspark.sql import SparkSession

VOXEV = os.environ.get("VOXEV", "voxev")
PIECE_BYTES = int(os.environ.get("PIECE_BYTES", 256 << 20))


def pieces(folder):
    """Each piece of each capture: its number, the capture, and its first byte and the one behind its last."""
    captures = sorted(Path(folder).resolve().rglob("*.jsonl"))
    cuts = [
        (str(capture), start, min(start + PIECE_BYTES, capture.stat().st_size))
        for capture in captures
        for start in range(0, capture.stat().st_size, PIECE_BYTES)
    ]
    return [(number, *cut) for number, cut in enumerate(cuts)]


def voxev(*arguments, fine=(0,)):
    """Runs voxev on the machine of the task. Any other exit code fails the task, which Spark repeats."""
    done = subprocess.run([VOXEV, *map(str, arguments)], capture_output=True)
    if done.returncode not in fine:
        raise RuntimeError(f"voxev {arguments}: exit code {done.returncode}: {done.stderr.decode()[-2000:]}")
    return done.stdout


def write(file, text):
    """Writes a file of a task. One that is repeated replaces it, and it is never there half written."""
    new = file.with_suffix(".new")
    new.write_bytes(text)
    new.rename(file)


def work(piece, results, key):
    """All that is done with a piece, while the machine still has it in memory.

    1 means that `validate` found errors, `filter` selected nothing, or `convert` left out lines: no failure.
    """
    number, capture, start, end = piece
    name, span = f"part-{number:06}", ("-j1", "--span", f"{start}-{end}", capture)
    write(results / "findings" / name, voxev("validate", "-q", "--format", "json", *span, fine=(0, 1)))
    write(results / "holds" / name, voxev("filter", "--type", "hold", *span, fine=(0, 1)))
    voxev("convert", "--to", "parquet", "-o", results / "events" / f"{name}.parquet", *span, fine=(0, 1))
    write(results / "calls" / name, voxev("stats", "--format", "part", "--key-file", key, *span))


def join(parts, file):
    """Puts the files of all tasks together, in the order of the pieces."""
    with open(file, "wb") as whole:
        for part in parts:
            with open(part, "rb") as text:
                shutil.copyfileobj(text, whole)


def main(captures, results, key):
    results = Path(results).resolve()
    for folder in ("findings", "holds", "events", "calls"):
        (results / folder).mkdir(parents=True, exist_ok=True)
    spark = SparkSession.builder.appName("voxev").getOrCreate()
    all_pieces = pieces(captures)
    # One task for each piece.
    tasks = spark.sparkContext.parallelize(all_pieces, max(1, len(all_pieces)))
    tasks.foreach(lambda piece: work(piece, results, key))

    names = [f"part-{number:06}" for number, *_ in all_pieces]
    join([results / "findings" / name for name in names], results / "findings.jsonl")
    join([results / "holds" / name for name in names], results / "holds.jsonl")
    # Pieces follow each other as in the captures: a call that was cut is put together again.
    reports = [results / "calls" / name for name in names]
    write(results / "calls.csv", voxev("stats", "--merge", "--format", "csv", *reports))

    events = spark.read.parquet(str(results / "events"))
    events.createOrReplaceTempView("events")
    # Names with a dot need backticks: `content.text`.
    spark.sql(
        "SELECT type, count(*) AS events, max(roundTripTimeMillis) AS slowest FROM events GROUP BY type ORDER BY type"
    ).show(100, truncate=False)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
