"""Shows that Spark does what docs/scale.md warns of, and reads Parquet files as pyarrow does.

    spark.py VOXEV CAPTURE PARQUET FOLDER

CAPTURE has a lone CR and a line that is not UTF-8. PARQUET and FOLDER have the rows of one capture,
FOLDER by type.
"""

import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession
from pyspark.sql import functions as F


def fails(action):
    try:
        action()
    except Exception:
        return True
    return False


def rows_of(frame, names):
    """Rows of a data frame, times in milliseconds."""
    kinds = dict(frame.dtypes)
    name = lambda it: F.col(f"`{it}`")
    cells = [F.unix_millis(name(it)).alias(it) if kinds[it] == "timestamp" else name(it) for it in names]
    return [tuple(row) for row in frame.select(*cells).collect()]


def check_parquet(spark, parquet, folder):
    table = pq.read_table(parquet)
    kinds = {pa.string(): "string", pa.int64(): "bigint", pa.timestamp("ms", tz="UTC"): "timestamp"}
    frame = spark.read.parquet(parquet)
    assert frame.dtypes == [(field.name, kinds[field.type]) for field in table.schema], frame.dtypes
    columns = [
        column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column for column in table.columns
    ]
    wanted = list(zip(*(column.to_pylist() for column in columns), strict=True))
    found = rows_of(frame, table.schema.names)
    assert sorted(found, key=repr) == sorted(wanted, key=repr), "Spark reads other rows than pyarrow"
    whole = spark.read.parquet(folder)
    by_type = rows_of(whole.where("type IS NOT NULL"), table.schema.names)
    named = set(by_type)
    known = [row for row in wanted if row in named]
    assert sorted(by_type, key=repr) == sorted(known, key=repr) and len(by_type) > 0.98 * len(wanted)
    assert whole.count() == len(wanted)
    holds = whole.where("type = 'hold'")
    assert {file.rsplit("/", 2)[1] for file in holds.inputFiles()} >= {"type=hold"}
    assert holds.count() == sum(row[0] == "hold" for row in wanted)
    return len(wanted)


def main():
    voxev, capture, parquet, folder = sys.argv[1:]
    bytes_of_file = open(capture, "rb").read()
    spark = SparkSession.builder.master("local[1]").appName("traps").getOrCreate()
    context = spark.sparkContext
    lines = context.textFile(capture, 1)

    # A lone CR ends a line for textFile, and bytes that are not UTF-8 are replaced.
    read = lines.collect()
    assert len(read) == 3 and bytes_of_file.count(b"\n") == 2, read
    assert any("\ufffd" in line for line in read), read
    # binaryFiles has the bytes.
    assert context.binaryFiles(capture).values().collect() == [bytes_of_file]

    # pipe hides that a command cannot run, unless it has checkCode.
    broken = f"{voxev} validate --no-such-option"
    assert lines.pipe(broken).collect() == []
    assert fails(lines.pipe(broken, checkCode=True).collect)
    # With checkCode, the 1 of a filter that selects nothing is a failure, too.
    nothing = f"{voxev} filter --type swap"
    assert subprocess.run([*nothing.split(), capture]).returncode == 1
    assert fails(lines.pipe(nothing, checkCode=True).collect)
    rows = check_parquet(spark, parquet, folder)
    spark.stop()
    print(f"Spark: {rows} rows of Parquet are those that pyarrow reads")
    print("Spark: textFile, pipe and checkCode do what docs/scale.md warns of")


main()
