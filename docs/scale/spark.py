"""Validates, filters, converts and summarises a folder of captures with Spark, on any number of machines.

    spark-submit spark.py CAPTURES RESULTS PARTICIPANTS.KEY

CAPTURES and RESULTS are folders that every machine sees under the same path. RESULTS gets findings.jsonl,
holds.jsonl, events/ (Parquet), calls/ (a report for each piece) and calls.csv. voxev must be on each
machine's PATH, or named by the variable VOXEV.
"""

import os
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


def validate(piece):
    """The findings of a piece: 1 means that there are errors, which is no failure of the task."""
    number, capture, start, end = piece
    return voxev("validate", "-q", "--format", "json", "-j1", "--span", f"{start}-{end}", capture, fine=(0, 1))


def holds(piece):
    """The lines of one event: 1 means that there is none, which is no failure either."""
    number, capture, start, end = piece
    return voxev("filter", "--type", "hold", "-j1", "--span", f"{start}-{end}", capture, fine=(0, 1))


def convert(piece, results):
    """A Parquet file of a piece. A task that is repeated replaces its file, which is never half written."""
    number, capture, start, end = piece
    file = Path(results, "events", f"part-{number:06}.parquet")
    voxev("convert", "--to", "parquet", "-o", file, "-j1", "--span", f"{start}-{end}", capture, fine=(0, 1))


def summarise(piece, results, key):
    """A report of the calls of a piece, to be merged."""
    number, capture, start, end = piece
    file = Path(results, "calls", f"part-{number:06}.json")
    report = voxev("stats", "--format", "json", "--key-file", key, "-j1", "--span", f"{start}-{end}", capture)
    new = file.with_suffix(".new")
    new.write_bytes(report)
    new.rename(file)


def main(captures, results, key):
    spark = SparkSession.builder.appName("voxev").getOrCreate()
    all_pieces = pieces(captures)
    for folder in ("events", "calls"):
        Path(results, folder).mkdir(parents=True, exist_ok=True)
    # One task for each piece. `collect` returns results in the order of the pieces.
    rdd = spark.sparkContext.parallelize(all_pieces, max(1, len(all_pieces)))
    for name, task in (("findings.jsonl", validate), ("holds.jsonl", holds)):
        with open(Path(results, name), "wb") as file:
            # Iterating keeps the results of one task at a time in memory.
            for text in rdd.map(task).toLocalIterator():
                file.write(text)
    rdd.foreach(lambda piece: convert(piece, results))
    rdd.foreach(lambda piece: summarise(piece, results, key))
    # Pieces follow each other as in the captures: a call that was cut is put together again.
    reports = [Path(results, "calls", f"part-{number:06}.json") for number, *_ in all_pieces]
    Path(results, "calls.csv").write_bytes(voxev("stats", "--merge", "--format", "csv", *reports))

    events = spark.read.parquet(str(Path(results, "events")))
    events.createOrReplaceTempView("events")
    # Names with a dot need backticks: `content.text`.
    spark.sql(
        "SELECT type, count(*) AS events, max(roundTripTimeMillis) AS slowest FROM events GROUP BY type ORDER BY type"
    ).show(100, truncate=False)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
