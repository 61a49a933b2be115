"""Computes the figures of `voxev stats` from the lines of a capture, and compares them.

    figures.py VOXEV CAPTURE...

Shares no code with voxev: plain Python, exact quantiles, the formulas as they are published. The
captures must be as `voxev generate` writes them: valid, without duplicates, counters by interval.
"""

import csv
import io
import json
import math
import subprocess
import sys
from collections import defaultdict
from datetime import datetime, timezone

LIMITS = {"loss": 1.0, "rtt": 400.0, "jitter": 200.0}
POOR_BELOW = 3.60
CHANNELS = {"inputChannelStats": "input", "outputChannelStats": "output"}


def rank(values, percent):
    """The value that so many percent of the values do not exceed, by nearest rank."""
    values = sorted(values)
    return values[max(1, math.ceil(percent * len(values) / 100)) - 1]


def mos_of(r):
    if r < 0:
        return 1.0
    if r > 100:
        return 4.5
    return 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r)


def emodel(loss, jitter, round_trip):
    """ITU-T G.107, simplified: R and MOS from a share of packets and two delays in ms."""
    delay = round_trip / 2 + jitter
    percent = 100 * loss
    r = 93.2 - 0.024 * delay - 0.11 * max(0, delay - 177.3) - 95 * percent / (percent + 25.1)
    r = max(0, r)
    return r, mos_of(r)


def longest_run(flags):
    longest = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        longest = max(longest, run)
    return longest


class Channel:
    def __init__(self, name):
        self.name, self.reports = name, []

    def share(self, lost, count):
        whole = lost + count if self.name == "input" else count
        return lost / whole if whole else None

    def close(self):
        lost = sum(report["packetsLost"] for report in self.reports)
        count = sum(report["packetsCount"] for report in self.reports)
        self.lost, self.count = lost, count
        self.loss = self.share(lost, count)
        shares = [self.share(it["packetsLost"], it["packetsCount"]) for it in self.reports]
        self.lossy = sum(it["packetsLost"] > 0 for it in self.reports)
        self.worst = max((it for it in shares if it), default=None)
        self.loss_run = longest_run(100 * (it or 0) > LIMITS["loss"] for it in shares)
        self.jitter_run = longest_run(
            it["jitterBufferMillis"] > LIMITS["jitter"] for it in self.reports
        )
        self.trip_run = longest_run(it["roundTripTimeMillis"] > LIMITS["rtt"] for it in self.reports)
        values = lambda key, own: [it[key] for it in self.reports if it[key] or self.name == own]
        self.jitter = values("jitterBufferMillis", "input")
        self.trip = values("roundTripTimeMillis", "output")

    @staticmethod
    def mean(values):
        return sum(values) / len(values) if values else 0.0


class Call:
    def __init__(self, name, line):
        self.name, self.first = name, line
        self.events, self.times, self.people, self.roles = defaultdict(int), [], set(), defaultdict(int)
        self.direction, self.last = None, line
        self.channels = {name: Channel(name) for name in ("input", "output")}

    def take(self, number, payload):
        kind, detail = payload["type"], payload["detail"]
        self.last = number
        self.events[kind] += 1
        if kind == "audiostats":
            self.channels[CHANNELS[detail["stats"]]].reports.append(detail)
        if "participant" in detail:
            self.people.add(detail["participant"])
        if "callType" in detail and self.direction is None:
            self.direction = detail["callType"].lower()
        if "clientSentTimestamp" in detail:
            self.times.append(detail["clientSentTimestamp"])
        if kind == "transcript":
            self.roles[detail["sender"]["role"].lower()] += 1

    def close(self):
        for channel in self.channels.values():
            channel.close()
        for channel, other in zip(self.channels.values(), reversed(self.channels.values())):
            jitter = channel.mean(channel.jitter)
            trip = channel.mean(channel.trip or other.trip)
            has_figure = channel.loss is not None
            channel.r, channel.mos = emodel(channel.loss, jitter, trip) if has_figure else (None, None)
        reports = max(len(it.reports) for it in self.channels.values())
        spoken = max(self.times) - min(self.times) if self.times else 0
        self.duration = max(30_000 * reports, spoken) or None

    def worst(self, figure, channels=("input", "output")):
        """Of the channels, the worse figure: loss in percent, 95th percentiles, MOS."""
        of = [self.channels[name] for name in channels]
        if figure == "loss":
            return max((100 * it.loss for it in of if it.loss is not None), default=None)
        if figure == "jitter":
            return max((rank(it.jitter, 95) for it in of if it.jitter), default=None)
        if figure == "rtt":
            return max((rank(it.trip, 95) for it in of if it.trip), default=None)
        return min((it.mos for it in of if it.mos is not None), default=None)

    def keys(self, dimension):
        first = datetime.fromtimestamp(min(self.times) / 1000, timezone.utc) if self.times else None
        if dimension == "day":
            return [first.strftime("%Y-%m-%d") if first else "(no time)"]
        if dimension == "hour":
            return [first.strftime("%Y-%m-%d %H:00") if first else "(no time)"]
        if dimension == "direction":
            return [self.direction or "(unknown)"]
        if dimension == "participant":
            return sorted(self.people) or ["(none)"]
        if dimension == "role":
            return [role for role, messages in self.roles.items() if messages] or ["(none)"]
        if dimension == "type":
            return [kind for kind, count in self.events.items() if count]
        return ["input", "output"]


def read(paths):
    calls = {}
    for path in paths:
        with open(path, encoding="utf-8") as capture:
            for number, line in enumerate(capture, 1):
                payload = json.loads(line)
                name = payload["detail"]["callId"]
                call = calls.setdefault(name, Call(name, number))
                call.take(number, payload)
    for call in calls.values():
        call.close()
    return calls


compared = 0


def same(where, found, expected, tolerance=0.0):
    """Holds a cell to what was computed; `tolerance` is a share of that."""
    global compared
    compared += 1
    if expected is None or found == "":
        assert found == "" and expected is None, f"{where}: {found!r} is not {expected!r}"
    elif isinstance(expected, str):
        assert found == expected, f"{where}: {found!r} is not {expected!r}"
    else:
        difference = abs(float(found) - expected)
        # Cells have four decimals.
        limit = 0.51e-4 + tolerance * abs(expected)
        assert difference <= limit, f"{where}: {found} is not {expected} ({tolerance})"


def check_call(row, call):
    where = lambda column: f"{call.name} {column}"
    expected = {
        "lines": sum(call.events.values()),
        "firstLine": call.first,
        "lastLine": call.last,
        "direction": call.direction or "",
        "participants": len(call.people),
        "holds": call.events["hold"],
        "mutes": call.events["mute"],
        "flagsRaised": call.events["flagraise"],
        "flagsLowered": call.events["flaglower"],
        "notes": call.events["note"],
        "messagesAgent": call.roles["agent"],
        "messagesSupervisor": call.roles["supervisor"],
        "messagesOther": sum(call.roles.values()) - call.roles["agent"] - call.roles["supervisor"],
        "duplicates": 0,
        "from": min(call.times, default=None),
        "to": max(call.times, default=None),
        "estimatedDurationMillis": call.duration,
        "durationMillis": None,
        "talkMillis": None,
        "holdMillis": None,
    }
    for column, value in expected.items():
        same(where(column), row[column], value)
    for name, channel in call.channels.items():
        cell = lambda column: row[f"{name}.{column}"]
        of = lambda column: where(f"{name}.{column}")
        plain = {
            "reports": len(channel.reports),
            "packets": channel.count,
            "lost": channel.lost,
            "lossPercent": None if channel.loss is None else 100 * channel.loss,
            "r_emodel": channel.r,
            "mos_emodel": channel.mos,
            "worstReportLossPercent": None if channel.worst is None else 100 * channel.worst,
            "reportsWithLoss": channel.lossy,
            "lossInARow": channel.loss_run,
            "jitterInARow": channel.jitter_run,
            "rttInARow": channel.trip_run,
        }
        for column, value in plain.items():
            same(of(column), cell(column), value)
        for figure, values in (("jitter", channel.jitter), ("rtt", channel.trip)):
            error = float(cell(f"{figure}Error") or 0)
            for column, percent in (("P50", 50), ("P95", 95)):
                value = rank(values, percent) if values else None
                same(of(figure + column), cell(figure + column), value, error)
            same(of(f"{figure}Max"), cell(f"{figure}Max"), max(values, default=None))
        beyond = channel.loss is not None and (
            100 * channel.loss > LIMITS["loss"] or channel.mos < POOR_BELOW
        )
        beyond = beyond or (channel.trip and float(cell("rttP95")) > LIMITS["rtt"])
        beyond = beyond or (channel.jitter and float(cell("jitterP95")) > LIMITS["jitter"])
        same(of("beyond"), cell("beyond"), "true" if beyond else "false")


def check_group(dimensions, row, calls):
    channels = ("input", "output")
    if "channel" in dimensions:
        channels = (row["channel"],)
    where = lambda column: f"{[row[it] for it in dimensions]} {column}"
    lines = sum(sum(call.events.values()) for call in calls)
    if "type" in dimensions:
        lines = sum(call.events[row["type"]] for call in calls)
    scores = [it for it in (call.worst("mos", channels) for call in calls) if it is not None]
    poor = sum(score < POOR_BELOW for score in scores)
    times = [time for call in calls for time in call.times]
    same(where("lines"), row["lines"], lines)
    same(where("calls"), row["calls"], len(calls))
    same(where("measured"), row["measured"], len(scores))
    same(where("poor"), row["poor"], poor)
    same(where("poorPercent"), row["poorPercent"], 100 * poor / len(scores) if scores else None)
    same(where("from"), row["from"], min(times, default=None))
    same(where("to"), row["to"], max(times, default=None))
    for figure in ("loss", "jitter", "rtt", "mos"):
        values = [it for it in (call.worst(figure, channels) for call in calls) if it is not None]
        # A low MOS is bad: the same ranks, from the other end.
        sign = -1 if figure == "mos" else 1
        # Delays of a call are within the error of its quantiles, which is 1 % for nearly all.
        tolerance = 0.02 if figure in ("jitter", "rtt") else 0.0
        for column, percent in (("Best", 0), ("P50", 50), ("P95", 95), ("P99", 99), ("Worst", 100)):
            value = sign * rank([sign * it for it in values], percent) if values else None
            same(where(figure + column), row[figure + column], value, tolerance)
    for name in channels:
        reports = [report for call in calls for report in call.channels[name].reports]
        same(where(f"{name}.reports"), row[f"{name}.reports"], len(reports))
        for column, key in (("packets", "packetsCount"), ("lost", "packetsLost")):
            same(where(f"{name}.{column}"), row[f"{name}.{column}"], sum(it[key] for it in reports))


def main():
    voxev, captures = sys.argv[1], sys.argv[2:]
    rows = lambda *options: list(
        csv.DictReader(
            io.StringIO(
                subprocess.run(
                    [voxev, "stats", "--format", "csv", "--time-zone", "UTC", *options, *captures],
                    check=True, capture_output=True, encoding="utf-8",
                ).stdout
            )
        )
    )
    calls = read(captures)
    told = rows()
    assert len(told) == len(calls), f"{len(told)} rows, {len(calls)} calls"
    for row in told:
        check_call(row, calls[row["name"]])
    worst = [min(float(row[f"{it}.mos_emodel"] or 9) for it in ("input", "output")) for row in told]
    assert worst == sorted(worst), "calls are not sorted by their worse MOS"
    for dimensions in (
        ["hour"], ["day"], ["direction"], ["participant"], ["role"], ["type"], ["channel"],
        ["day", "direction"], ["hour", "channel"], ["direction", "type"], ["role", "participant"],
    ):
        groups = defaultdict(list)
        for call in calls.values():
            for first in call.keys(dimensions[0]):
                for second in call.keys(dimensions[1]) if len(dimensions) > 1 else [None]:
                    groups[(first, second)[: len(dimensions)]].append(call)
        told = rows(*(it for dimension in dimensions for it in ("--by", dimension)))
        keys = [tuple(row[it] for it in dimensions) for row in told]
        if "channel" in dimensions:
            at = dimensions.index("channel")
            groups = {
                key: [call for call in value if call.channels[key[at]].reports]
                for key, value in groups.items()
            }
            groups = {key: value for key, value in groups.items() if value}
        assert sorted(keys) == sorted(groups), f"{dimensions}: {keys} are not {sorted(groups)}"
        for key, row in zip(keys, told):
            check_group(dimensions, row, groups[key])
    print(f"figures: {compared} cells of {len(calls)} calls are what Python computes")


main()
