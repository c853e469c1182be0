"""What a run shows: progress while it goes, then the table, a transcript, or JSON."""

import json
import sys
import textwrap
import time

from .compare import Comparison
from .experiment import Row
from .weft import Weft

WIDTH = 120


class Progress:
    """Lines on standard error with the time since the start, so that a long step is seen to be one."""

    def __init__(self) -> None:
        self.started = time.monotonic()

    def __call__(self, text: str) -> None:
        print(f"[{time.monotonic() - self.started:6.1f} s] {text}", file=sys.stderr, flush=True)


def print_table(rows: list[Row]) -> None:
    heads = ("domain", "what is set up", "result", "policy", "reason")
    cells = [(r.scenario.recipient_domain, r.scenario.title, r.observed.result, r.observed.policy or "-", _reason(r)) for r in rows]
    widths = [max(len(row[column]) for row in [heads, *cells]) for column in range(len(heads))]
    print("  ".join(head.ljust(width) for head, width in zip(heads, widths)).rstrip())
    print("  ".join("-" * width for width in widths))
    for row, line in zip(rows, cells):
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
        if row.observed.reply:
            print(textwrap.fill(row.observed.reply, WIDTH, initial_indent="    ", subsequent_indent="    "))
        for problem in row.problems:
            print(f"    NOT AS EXPECTED: {problem}")
    good = sum(row.ok for row in rows)
    delivered = sum(row.observed.copies for row in rows)
    print(f"\n{good} of {len(rows)} as expected. {delivered} messages counted at the MX hosts.")


def _reason(row: Row) -> str:
    observed = row.observed
    if observed.reason is None:
        return "-"
    notes = [observed.reason]
    if observed.policy == "none" and observed.result == "delivered":
        notes.append(str(observed.level))
    if observed.would:
        notes.append(f"would {observed.would}")
    return ", ".join(notes)


def print_transcript(rows: list[Row], weft: Weft) -> None:
    """The session of the first deferred domain."""
    for row in rows:
        if row.observed.result == "deferred" and row.observed.connection:
            print(f"\nweft session {row.observed.connection}   # {row.scenario.recipient_domain}: {row.scenario.title}\n")
            print(weft.session(row.observed.connection).rstrip())
            return


def print_json(rows: list[Row]) -> None:
    for row in rows:
        print(json.dumps(row.json()), flush=True)


def print_comparisons(rows: list[Comparison]) -> None:
    for row in rows:
        if row.problems:
            print(f"{row.name}: {row.case.scenario.title}")
        for problem in row.problems:
            print(textwrap.fill(problem, WIDTH, initial_indent="    ", subsequent_indent="        "))
    print(f"\n{sum(not row.problems for row in rows)} of {len(rows)} alike.")


def print_comparisons_json(rows: list[Comparison]) -> None:
    for row in rows:
        print(json.dumps(row.json()), flush=True)
