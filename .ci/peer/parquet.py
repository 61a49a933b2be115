"""Compares Parquet files of voxev, read by DuckDB and pyarrow, with the lines and with the CSV.

    parquet.py VOXEV FOLDER CAPTURE...

Computes from each line what its row must hold: types, nulls and texts, by rules of its own and from
the schemas that voxev prints. FOLDER is for the files that this writes.
"""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as dataset
import pyarrow.parquet as pq

LATEST_MILLIS = 2**53 - 1
TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "time": pa.timestamp("ms", tz="UTC"),
}
# What the CSV moves to `extra`, because it could control a terminal.
UNSAFE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]")


def hostile(path):
    """A capture of what is hard to put into a table."""
    audio = {"callId": "c", "stats": "inputChannelStats", "packetsLost": 0, "packetsCount": 1,
             "jitterBufferMillis": 2, "roundTripTimeMillis": 3}
    message = {"id": "m", "clientSentTimestamp": 1, "serverReceivedTimestamp": 2, "callId": "c",
               "content": {"formatType": "Text", "text": "t"}, "sender": {"role": "Agent"}}
    lines = []
    add = lambda kind, detail: lines.append(json.dumps({"type": kind, "detail": detail}).encode())
    texts = ["", "\0", "a\0b", "\n", "\r\n", "\t", '"', "\\", ",", "é", "日本", "😀", "\ufeff", "\u202e",
             "\ud800", "x\udc00y", "=1+1", "NULL", "null", "\u2028", "x" * 100_000, "\x7f", "\x85"]
    for text in texts:
        add("transcript", {**message, "content": {"formatType": "Text", "text": text}})
        add("hold", {"callId": text})
        add(text, {"callId": "c"})
    numbers = ["0", "-0", "1.0", "1e3", "1.5", "-1", "9007199254740991", "9007199254740993", "1e400",
               "9223372036854775807", "9223372036854775808", "-9223372036854775808", "0.1e1", "1E-2",
               '"1"', "null", "true", "[]", "{}", "[1,{}]", '{"a":{"b":1}}']
    for number in numbers:
        for name in ("packetsLost", "packetsCount", "statsCount"):
            text = json.dumps({"type": "audiostats", "detail": {**audio, name: 0}})
            lines.append(text.replace(f'"{name}": 0', f'"{name}": {number}').encode())
        text = json.dumps({"type": "transcript", "detail": {**message, "clientSentTimestamp": 0}})
        lines.append(text.replace('"clientSentTimestamp": 0', f'"clientSentTimestamp": {number}').encode())
        lines.append(f'{{"type":"hold","detail":{number}}}'.encode())
        lines.append(f'{{"type":{number},"detail":{{}}}}'.encode())
        lines.append(f'{{"type":"flaglower","detail":{{"content":{{"text":{number}}}}}}}'.encode())
    for kind in ["a/b=c%d", "Hold", "__HIVE_DEFAULT_PARTITION__", "..", "x" * 300, "é", "12", "2026-01-01"]:
        add(kind, {"callId": "c", "stats": "s", "packetsLost": 1, "deep": {"er": [None, {"x": {}}]}})
    lines += [
        b"", b"\r", b"  ", b"[]", b"1", b"{}", b'{"type":"hold"}', b"not JSON", b'{"type":"hold"',
        b'{"type":"hold","detail":{"callId":"\xff"}}',
        b'{"type":"hold","type":"mute","detail":{"callId":"c"}}',
        b'  {"detail" : {"callId" : "c", "\\u0061" : 1, "" : {}}, "type" : "hold"}\r',
        b'{"type":"h\\u006fld","detail":{"callId":"\\u0063"},"x":[1.50,1e2]}',
        b'{"type":"hold","detail":{"callId":"c"},"recordedAt":"2026-01-05T10:00:00Z"}',
    ]
    path.write_bytes(b"\n".join(lines))
    return path


def run(voxev, *arguments):
    done = subprocess.run([voxev, *arguments], capture_output=True)
    assert done.returncode in (0, 1), (arguments, done.returncode, done.stderr.decode()[-2000:])
    return done


class Contract:
    """What the schemas document: for each event the column, path and type of its properties."""

    def __init__(self, voxev):
        self.events, self.kinds = {}, {}
        names = run(voxev, "convert", "--to", "csv", "/dev/null").stdout.decode().strip().split(",")
        for path in sorted(Path("schemas").glob("*.json")):
            if path.stem != "common":
                schema = json.loads(run(voxev, "schema", path.stem).stdout)
                self.events[path.stem] = dict(self.properties(schema, schema, ()))
        for properties in self.events.values():
            for path, kind in properties.items():
                self.kinds.setdefault(path, set()).add(kind)
        self.columns = [self.path(name) for name in names if name != "extra"]
        self.names = names
        assert sorted(self.columns) == sorted(self.kinds), "the columns are not the schemas'"

    @staticmethod
    def path(name):
        return ("type",) if name == "type" else ("detail", *name.split("."))

    def properties(self, schema, root, path):
        resolved = dict(schema)
        while "$ref" in resolved:
            target = root
            for key in resolved.pop("$ref").removeprefix("#/").split("/"):
                target = target[key]
            resolved = {**target, **resolved}
        contract = resolved.get("else", resolved)
        if "properties" not in contract:
            kind = resolved.get("type", "string")
            notes = [it.get("x-voxev", {}) for it in (schema, resolved)]
            is_time = any("Unix epoch" in it.get("unit", "") for it in notes)
            yield path, "time" if is_time else kind
            return
        for key, inner in contract["properties"].items():
            yield from self.properties(inner, root, (*path, key))

    def type_of(self, path):
        kinds = self.kinds[path] - {"null"}
        assert len(kinds) == 1, (path, kinds)
        return next(iter(kinds))

    def holds(self, path, event, value):
        """Whether the column has this value of the event; null counts where it is documented."""
        known = {self.events[event].get(path)} if event in self.events else self.kinds[path]
        if value is None:
            return "null" in known and event in self.events
        if not known & {"string", "integer", "time", "number"}:
            return False
        kind = self.type_of(path)
        if kind == "string":
            return isinstance(value, str) and is_text(value)
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            return False
        bounds = (-LATEST_MILLIS, LATEST_MILLIS) if kind == "time" else (-(2**63), 2**63 - 1)
        return bounds[0] <= value <= bounds[1] and value == int(value)


def is_text(value):
    return not any("\ud800" <= one <= "\udfff" for one in value)


ABSENT = object()


def member(value, path):
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return ABSENT
        value = value[key]
    return value


def rest(value, path, held):
    """What is in no column; ABSENT if that is nothing."""
    if path in held:
        return ABSENT
    if not isinstance(value, dict) or not value:
        return value
    left = {key: rest(inner, (*path, key), held) for key, inner in value.items()}
    left = {key: inner for key, inner in left.items() if inner is not ABSENT}
    return left if left else ABSENT


def parse(text):
    """JSON with exact numbers."""
    return json.loads(text, parse_float=Decimal)


def expected(contract, payload, is_partitioned, folders):
    event = payload["type"]
    row, held = [], set()
    for path in contract.columns:
        if path == ("type",) and is_partitioned:
            is_named = event in folders
            row.append(event if is_named else None)
            if is_named:
                held.add(path)
            continue
        value = member(payload, path)
        is_held = value is not ABSENT and contract.holds(path, event, value)
        if is_held:
            held.add(path)
        row.append(None if not is_held or value is None else value if isinstance(value, str) else int(value))
    left = rest(payload, (), held)
    return (*row, None if left is ABSENT else comparable(left))


def comparable(value):
    """Exact, and the same for equal values: an object as its members in order, tagged."""
    if isinstance(value, dict):
        return ("object", *((key, comparable(inner)) for key, inner in value.items()))
    if isinstance(value, list):
        return ("array", *map(comparable, value))
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return (type(value).__name__, value)
    return ("number", Decimal(value).normalize())


def told(rows):
    """Rows as they are read, with `extra` parsed."""
    return [(*row[:-1], None if row[-1] is None else comparable(parse(row[-1]))) for row in rows]


def plain(table):
    """Rows of an Arrow table, times as numbers: Python has none beyond the year 9999."""
    columns = [
        column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
        for column in table.columns
    ]
    return list(zip(*(column.to_pylist() for column in columns), strict=True))


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def by_duckdb(contract, source):
    times = [contract.names[at] for at, path in enumerate(contract.columns) if contract.type_of(path) == "time"]
    cells = [f"epoch_ms({quoted(it)})" if it in times else quoted(it) for it in contract.names]
    return duckdb.sql(f"SELECT {', '.join(cells)} FROM {source}").fetchall()


def same(where, found, wanted):
    assert len(found) == len(wanted), f"{where}: {len(found)} rows, not {len(wanted)}"
    for number, (one, other) in enumerate(zip(found, wanted, strict=True), 1):
        assert one == other, f"{where}: row {number}: {str(one)[:600]} is not {str(other)[:600]}"


def check_types(contract, schema, where):
    wanted = [TYPES[contract.type_of(path)] for path in contract.columns] + [pa.string()]
    found = [schema.field(name).type for name in contract.names]
    assert found == wanted and schema.names == contract.names, f"{where}: {schema}"


def check_csv(where, voxev, capture, rows, columns):
    """Cells of the CSV are the values, except texts that it moves to `extra`."""
    text = run(voxev, "convert", "--input", "lines", "--to", "csv", capture).stdout.decode()
    csv.field_size_limit(1 << 24)
    cells = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert len(cells) == len(rows), f"{where}: the CSV has {len(cells)} rows, not {len(rows)}"
    for cell_row, row in zip(cells, rows, strict=True):
        for cell, value, path in zip(cell_row, row, columns):
            if isinstance(value, str):
                assert cell == ("" if UNSAFE.search(value) else value), (where, path, cell, value)
            elif value is not None:
                assert Decimal(cell) == value, (where, path, cell, value)
            else:
                # What only Parquet's types refuse is in `extra` there, and in its column here.
                assert cell == "" or re.fullmatch(r"-?[0-9.eE+-]+", cell), (where, path, cell)


def check(contract, voxev, folder, capture):
    file, lake, rejects = folder / "rows.parquet", folder / "lake", folder / "rejects"
    run(voxev, "convert", "--input", "lines", "--to", "parquet", "-o", file, "--rejects", rejects, capture)
    rejected = rejects.read_bytes().split(b"\n")
    payloads = []
    for line in Path(capture).read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        if line in rejected and line.strip():
            rejected.remove(line)
        elif line.strip():
            payloads.append(parse(line.decode()))
    assert not any(line.strip() for line in rejected), (capture, rejected)

    wanted = [expected(contract, payload, False, ()) for payload in payloads]
    table = pq.read_table(file)
    check_types(contract, table.schema, capture)
    same(f"{capture}: pyarrow", told(plain(table)), wanted)
    same(f"{capture}: DuckDB", told(by_duckdb(contract, f"'{file}'")), wanted)
    check_csv(capture, voxev, capture, wanted, contract.columns)

    if lake.exists():
        shutil.rmtree(lake)
    by_type = ("--to", "parquet", "--partition-by", "type", "-o", lake)
    run(voxev, "convert", "--input", "lines", *by_type, capture)
    if not payloads:
        return 0
    folders = set(contract.events)
    wanted = sorted((expected(contract, it, True, folders) for it in payloads), key=repr)
    whole = f"read_parquet('{lake}/*/*.parquet', hive_partitioning = true, hive_types = {{'type': VARCHAR}})"
    same(f"{capture}: DuckDB, by type", sorted(told(by_duckdb(contract, whole)), key=repr), wanted)
    parts = dataset.partitioning(pa.schema([("type", pa.string())]), flavor="hive")
    table = dataset.dataset(lake, partitioning=parts).to_table(columns=contract.names)
    same(f"{capture}: pyarrow, by type", sorted(told(plain(table)), key=repr), wanted)
    return len(payloads)


def check_names(voxev, folder):
    """Engines read back the names of folders, whatever characters the type has."""
    kinds = ["a/b=c%d", "..", "é x", "q\"'?*:", "tab\there", "100%25", "[{}]^<>|\\"]
    capture, lake = folder / "names.jsonl", folder / "names"
    capture.write_text("".join(json.dumps({"type": kind, "detail": {}}) + "\n" for kind in kinds))
    types = [part for kind in kinds for part in ("--type", kind)]
    by_type = ("--to", "parquet", "--partition-by", "type", "-o", lake)
    run(voxev, "convert", *by_type, "--any-type", *types, capture)
    found = duckdb.sql(f"SELECT type FROM read_parquet('{lake}/*/*.parquet', hive_partitioning = true)")
    assert sorted(row[0] for row in found.fetchall()) == sorted(kinds), found
    parts = dataset.partitioning(pa.schema([("type", pa.string())]), flavor="hive")
    table = dataset.dataset(lake, partitioning=parts).to_table()
    assert sorted(table["type"].to_pylist()) == sorted(kinds), table["type"]


def main():
    voxev, folder, captures = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    contract = Contract(voxev)
    captures = [str(hostile(folder / "hostile.jsonl")), *captures]
    rows = sum(check(contract, voxev, folder, capture) for capture in captures)
    check_names(voxev, folder)
    print(f"parquet: {rows} rows of {len(captures)} captures are the lines', by DuckDB and pyarrow")


main()
