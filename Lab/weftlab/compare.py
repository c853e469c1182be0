"""The same mail to the same servers, directly and behind Weft, by Postfix and by Exim. Nothing that matters may differ."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from .comparedmtas import Attempt, EximMTA, PostfixMTA
from .compareddifferences import explanation
from .lab import Lab
from .model import Scenario
from .mx import Copy
from .processes import stop_if_interrupted
from .scenarios.compared import Case

# An MTA that is still refused by then will be.
ATTEMPTS = 3
# Between two attempts (seconds): Postfix goes in clear where TLS failed, once it has had the message for 2 s.
PAUSE = 2.5
# An attempt may meet several servers that say nothing.
PATIENCE = 40
# Behind Weft a row may take so many times the connections, and so many more: Weft dials again at once where the MTA would at its next attempt.
FACTOR, MORE = 2, 2
# Weft's, in proportion to the MTAs' as by default.
TIMEOUTS = {"connect": "4s", "greeting": "11s", "command": "11s", "data": "11s", "handshake": "4s"}
# Fates, the best first. Of what the MTA has not spoken in time, nothing can be said.
RANKS = ("delivered", "deferred", "bounced", "unknown")
RUNS = ("direct", "behind")
MTAS = (PostfixMTA, EximMTA)


@dataclass(frozen=True)
class Outcome:
    """What became of the mail of a row in one run."""

    attempts: dict[str, list[Attempt]]  # by recipient, without the part of it that names the run
    copies: dict[str, list[Copy]]  # the same
    connections: int

    def summary(self, recipient: str) -> str:
        last = self.attempts[recipient][-1:]
        if not last:
            return "unknown"
        return last[0].result


@dataclass(frozen=True)
class Comparison:
    """One row: a case and an MTA."""

    name: str
    case: Case
    scenario: Scenario
    mta: str
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    @property
    def problems(self) -> list[str]:
        direct, behind = (self.outcomes[run] for run in RUNS)
        problems = []
        for recipient in direct.attempts:
            problems += (f"{recipient}: {problem}" for problem in differences(direct, behind, recipient)
                         if explanation(self.name, problem) is None)
        if behind.connections > FACTOR * direct.connections + MORE:
            problems.append(f"{direct.connections} connections, {behind.connections} behind Weft")
        return problems

    def json(self) -> dict:
        return {"name": self.name, "title": self.case.scenario.title, "mta": self.mta, "problems": self.problems,
                **{run: {"connections": outcome.connections, "copies": sum(map(len, outcome.copies.values())),
                         "attempts": {r: [a.result for a in tried] for r, tried in outcome.attempts.items()}}
                   for run, outcome in self.outcomes.items()}}


def differences(direct: Outcome, behind: Outcome, recipient: str) -> Iterable[str]:
    """What is worse in the fate of a recipient's message behind Weft."""
    results = direct.summary(recipient), behind.summary(recipient)
    tries = len(direct.attempts[recipient]), len(behind.attempts[recipient])
    copies = direct.copies.get(recipient, []), behind.copies.get(recipient, [])
    last = [outcome.attempts[recipient][-1] for outcome in (direct, behind) if outcome.attempts[recipient]]
    if RANKS.index(results[1]) > RANKS.index(results[0]) or "bounced" in results and "deferred" in results:
        texts = " | behind: ".join(attempt.text for attempt in last)
        yield f"{results[0]} directly (attempt {tries[0]}), {results[1]} behind Weft (attempt {tries[1]}); {texts}"
    elif results == ("delivered", "delivered") and tries[1] > tries[0]:
        yield f"delivered at attempt {tries[0]}, behind Weft at attempt {tries[1]}: {behind.attempts[recipient][0].text}"
    elif results[0] == results[1] != "delivered" and last and last[0].reply and last[0].reply != last[1].reply:
        yield f"reply {last[0].reply!r}, behind Weft {last[1].reply or last[1].text!r}"
    # One that was kept and not answered is kept again; where nothing came of it directly, one may come of it behind Weft.
    if len(copies[1]) > max(len(copies[0]), 1) or len(copies[1]) < min(len(copies[0]), 1):
        yield f"{len(copies[0])} copies, {len(copies[1])} behind Weft"
    elif results == ("delivered", "delivered") and tries[0] == tries[1] and copies[0] and copies[1]:
        if copies[0][0].body != copies[1][0].body:
            yield "the text is another behind Weft"
        if copies[0][0].parameters != copies[1][0].parameters:
            yield f"parameters {copies[0][0].parameters}, behind Weft {copies[1][0].parameters}"
    if results[1] == "delivered" and copies[0] and copies[1] and copies[0][-1].is_secure and not copies[1][-1].is_secure:
        yield "in TLS, behind Weft in clear"


def rows(cases: Iterable[Case]) -> list[Comparison]:
    """Each case for each MTA, with a domain and servers of its own."""
    return [Comparison(f"{case.scenario.name}/{mta.name}", case, replace(case.scenario, name=f"{case.scenario.name}-{mta.name}"), mta.name)
            for case in cases for mta in MTAS]


def compare(lab: Lab, compared: list[Comparison], weft: Path) -> None:
    """Runs all rows directly, then behind Weft."""
    for run in RUNS:
        if run == "behind":
            lab.start_weft(weft, TIMEOUTS)
            lab.mx.forget()
        mtas = [made(lab.directory / f"{run}-{made.name}", lab.network.mta) for made in MTAS]
        before = Counter({name: seen.begun for name, seen in lab.mx.sessions().items()})
        for mta in mtas:
            lab.progress(f"{mta.name}, {run}")
            mta.start()
            mta.submit([letter for row in compared if row.mta == mta.name for letter in addressed(row, run)])
        tried = _attempts(lab, mtas, compared, run)
        after = Counter({name: seen.begun for name, seen in lab.mx.sessions().items()})
        for row in compared:
            row.outcomes[run] = _outcome(lab, row, run, tried, after - before)
        for mta in mtas:
            mta.stop()


def addressed(row: Comparison, run: str) -> list[tuple[str, list[str]]]:
    # The number tells apart letters of one kind.
    return [made for number, letter in enumerate(row.case.letters) for made in letter.addressed(row.scenario.domain, f"{run}-{number}")]


def recipients(row: Comparison, run: str) -> list[str]:
    return [recipient for _, to in addressed(row, run) for recipient in to]


def _attempts(lab: Lab, mtas: list, compared: list[Comparison], run: str) -> dict[str, list[Attempt]]:
    """What the MTAs say of each attempt, after the last that they are told to make."""
    wanted = {mta: {r for row in compared if row.mta == mta.name for r in recipients(row, run)} for mta in mtas}
    began = time.monotonic()
    for number in range(1, ATTEMPTS + 1):
        deadline = time.monotonic() + PATIENCE
        while True:
            stop_if_interrupted()
            tried = {mta: mta.attempts() for mta in mtas}
            waiting = {mta: _unsettled(wanted[mta], tried[mta], number) for mta in mtas}
            if all(not waiting[mta] or mta.has_ended() for mta in mtas) or time.monotonic() > deadline:
                break
            lab.check()
            time.sleep(1)
        deferred = {mta: _unsettled(wanted[mta], tried[mta], ATTEMPTS + 1) for mta in mtas}
        lab.progress(f"{run}, attempt {number}: " + ", ".join(
            f"{mta.name} has {len(wanted[mta])} recipients, {len(deferred[mta])} to be tried again" for mta in mtas)
            + f" ({time.monotonic() - began:.0f} s)")
        if number < ATTEMPTS:
            time.sleep(PAUSE)
            for mta in mtas:
                if deferred[mta]:
                    mta.again()
    return {recipient: found for mta in mtas for recipient, found in tried[mta].items()}


def _unsettled(wanted: set[str], tried: dict[str, list[Attempt]], number: int) -> set[str]:
    """Whom nothing final is said about, nor that many attempts."""
    return {r for r in wanted if len(tried.get(r, ())) < number and all(a.result == "deferred" for a in tried.get(r, ()))}


def _outcome(lab: Lab, row: Comparison, run: str, tried: dict[str, list[Attempt]], connections: Counter[str]) -> Outcome:
    own = {r.removeprefix(f"{run}-"): tried.get(r, []) for r in recipients(row, run)}
    copies: dict[str, list[Copy]] = {}
    for copy in lab.mx.copies(row.scenario):
        if copy.recipient.startswith(f"{run}-"):
            copies.setdefault(copy.recipient.removeprefix(f"{run}-"), []).append(copy)
    return Outcome(own, copies, sum(connections[row.scenario.host_name(host)] for host in row.scenario.hosts))
