"""One message for each scenario, and what became of it: in the MTA's queue, at the MX, in Weft's journal."""

import time
from dataclasses import asdict, dataclass, field, replace

from .differences import difference
from .lab import Lab
from .model import Phase, Scenario
from .mta import Fate
from .mx import Sessions
from .processes import LabError, stop_if_interrupted, wait_until

# A delivery may wait for a policy to be fetched (20 s in Weft) and for its turn among all the others.
PATIENCE = 90
# The journal commits at least every 100 ms.
JOURNAL_PATIENCE = 5
# Postfix keeps a connection for 2 s in case there is more for it.
SESSION_PATIENCE = 15
# Between two messages to a domain, at the least: Weft looks up what failed again only when it has known it for 10 s, and records with a
# short TTL are forgotten.
PAUSE = 11
# The local part of the recipient, for each phase.
LOCAL_PARTS = ("someone", "then", "restarted")


@dataclass(frozen=True)
class Observed:
    """What became of one message. From `policy` on it comes from Weft and is None without it; all others do not depend on its word."""

    result: str  # "delivered", "deferred", "bounced", or "unknown": still on its way when patience ended
    reply: str  # what the MTA was told, when the message was not delivered
    copies: int  # how many arrived at the MX hosts
    encrypted: bool | None  # whether they came over TLS
    mail_commands: int  # how often the MX hosts saw MAIL FROM
    open_sessions: int  # connections to the MX hosts that have not ended
    policy: str | None = None
    reason: str | None = None
    would: str | None = None
    level: str | None = None
    type: str | None = None
    mx: str | None = None
    connection: str | None = None


@dataclass(frozen=True)
class Row:
    name: str
    scenario: Scenario
    expected: dict
    observed: Observed
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    def json(self) -> dict:
        s = self.scenario
        return {"name": self.name, "domain": s.recipient_domain, "title": s.title, "rfc": s.rfc, "ok": self.ok, "problems": self.problems,
                "expected": self.expected, "observed": asdict(self.observed)}


@dataclass
class Message:
    """One message of a run."""

    row: str
    scenario: Scenario
    recipient: str
    copies_before: frozenset[str]

    @property
    def decision_key(self) -> tuple[str, str]:
        return self.recipient.rpartition("@")[0], self.scenario.policy_domain


def run_experiment(lab: Lab, mode: str) -> list[Row]:
    """mode: "weft", "direct" (no Weft), or an oracle, "dane" or "sts": Postfix enforces that policy by itself."""
    versions = {s.name: s for s in lab.scenarios}
    first = {s.name: (row, s, phase) for s in lab.scenarios for row, s, phase in s.phases()[:1]}
    rows = _run_phase(lab, mode, LOCAL_PARTS[0], first)
    if mode != "weft":
        return rows
    for local_part in LOCAL_PARTS[1:]:
        chosen: dict[str, tuple[str, Scenario, Phase | None]] = {}
        for scenario in lab.scenarios:
            for row, version, phase in scenario.phases():
                if row.endswith(f"/{local_part}"):
                    chosen[scenario.name] = (row, version, phase)
                    versions[scenario.name] = version
        if not chosen:
            continue
        pause_until = time.monotonic() + PAUSE
        forgotten = [version.domain for _, version, phase in chosen.values() if phase is not None and phase.flush]
        lab.change(tuple(versions.values()), forgotten)
        if local_part == "restarted":
            lab.restart_weft()
        while time.monotonic() < pause_until:
            stop_if_interrupted()
            time.sleep(0.2)
        rows += _run_phase(lab, mode, local_part, chosen)
    order = {row: number for number, row in enumerate(row for s in lab.scenarios for row, _, _ in s.phases())}
    return sorted(rows, key=lambda row: order[row.name])


def _run_phase(lab: Lab, mode: str, local_part: str, chosen: dict[str, tuple[str, Scenario, Phase | None]]) -> list[Row]:
    lab.progress(f"one message to each of {len(chosen)} domains")
    before = lab.mx.sessions()
    messages = [
        Message(row, s, f"{local_part}@{s.recipient_domain}", frozenset(lab.mx.delivered(s))) for row, s, _ in chosen.values()]
    lab.mta.send([message.recipient for message in messages])
    fates = _wait_for_fates(lab, {message.recipient for message in messages})
    wait_until("the MX hosts' queue is empty", lab.mx.settled, 30, lab.daemons)
    decisions = _wait_for_decisions(lab, {message.decision_key for message in messages if message.scenario.expect.policy is not None})
    sessions = _wait_for_sessions(lab)
    return [_row(lab, m, mode, fates.get(m.recipient), decisions.get(m.decision_key), before, sessions) for m in messages]


def _wait_for_fates(lab: Lab, recipients: set[str]) -> dict[str, Fate]:
    """Until the MTA says of each message what has become of it; what it does not say in time stays unknown."""
    deadline = time.monotonic() + PATIENCE
    reported = time.monotonic()
    while True:
        fates = lab.mta.fates()
        settled = recipients & fates.keys()
        if settled == recipients or time.monotonic() > deadline:
            return fates
        lab.check()
        if time.monotonic() - reported > 5:
            reported = time.monotonic()
            lab.progress(f"{len(settled)} of {len(recipients)} messages delivered, deferred or bounced")
        time.sleep(0.2)


def _wait_for_decisions(lab: Lab, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], dict]:
    if lab.weft is None:
        return {}
    lab.progress("Weft's decisions")
    deadline = time.monotonic() + JOURNAL_PATIENCE
    while True:
        decisions = lab.weft.decisions()
        if wanted <= decisions.keys() or time.monotonic() > deadline:
            return decisions
        lab.check()
        time.sleep(0.2)


def _wait_for_sessions(lab: Lab) -> dict[str, Sessions]:
    """Until every connection to an MX host has ended; one that does not will show in its row."""
    deadline = time.monotonic() + SESSION_PATIENCE
    while True:
        sessions = lab.mx.sessions()
        if not any(s.open for s in sessions.values()) or time.monotonic() > deadline:
            return sessions
        stop_if_interrupted()
        time.sleep(0.1)


def _row(lab: Lab, message: Message, mode: str, fate: Fate | None, decision: dict | None, before: dict[str, Sessions],
         sessions: dict[str, Sessions]) -> Row:
    scenario = message.scenario
    arrived = [encrypted for name, encrypted in lab.mx.delivered(scenario).items() if name not in message.copies_before]
    names = [name for name in map(scenario.host_name, scenario.hosts) if name in sessions]
    observed = Observed(
        result="unknown" if fate is None else "delivered" if fate.result == "sent" else fate.result,
        reply="" if fate is None or fate.result == "sent" else fate.reply,
        copies=len(arrived),
        encrypted=all(arrived) if arrived else None,
        mail_commands=sum(sessions[name].mail_commands - before.get(name, Sessions()).mail_commands for name in names),
        open_sessions=sum(sessions[name].open for name in names),
    )
    if decision is not None:
        try:
            level = (decision["tls"] or {}).get("level", "plaintext")
            observed = replace(observed, level=level, type=decision["result_type"],
                               **{key: decision[key] for key in ("policy", "reason", "would", "mx", "connection")})
        except KeyError as missing:
            raise LabError(f"weft decisions --json: no key {missing}") from None
    expected = _expected(message, mode)
    return Row(message.row, scenario, expected, observed, _problems(expected, observed))


def _expected(message: Message, mode: str) -> dict:
    """What is demanded of the row. Without Weft that is the fate of the message, and only what is known of it."""
    scenario, expect = message.scenario, message.scenario.expect
    if mode == "direct":
        # Whoever asks for no policy delivers, wherever the servers let him.
        return {"result": "delivered"} if scenario.demo else {}
    if mode != "weft":
        known = difference(message.row, mode)
        return {"result": expect.result if known is None else known.result}
    expected = {key: getattr(expect, key) for key in ("result", "reply", "policy", "reason", "would", "type")}
    if expect.level is not None:
        expected["level"] = expect.level
        if expect.result == "delivered":
            expected["encrypted"] = expect.level != "plaintext"
    if expect.mx is not None:
        expected["mx"] = scenario.absolute(expect.mx)
    delivered = int(expect.result == "delivered")
    # Not even MAIL FROM reaches a server that the message may not go to.
    mail_commands = delivered if expect.mail_commands is None else expect.mail_commands
    return expected | {"copies": delivered, "mail_commands": mail_commands, "open_sessions": 0}


def _problems(expected: dict, observed: Observed) -> list[str]:
    problems = []
    for key, wanted in expected.items():
        found = getattr(observed, key)
        if not (found.startswith(wanted) if key == "reply" else found == wanted):
            problems.append(f"{key}: expected {wanted!r}, observed {found!r}")
    return problems
