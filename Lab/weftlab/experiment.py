"""One message for each scenario, and what became of it: in the MTA's queue, at the MX, in Weft's journal."""

import time
from dataclasses import asdict, dataclass, field, replace

from .lab import Lab
from .model import Scenario
from .mta import Fate
from .mx import Sessions
from .processes import LabError, stop_if_interrupted, wait_until

# A delivery may wait for a policy to be fetched (20 s in Weft) and for its turn among all the others.
PATIENCE = 90
# The journal commits at least every 100 ms.
JOURNAL_PATIENCE = 5
# Postfix keeps a connection for 2 s in case there is more for it.
SESSION_PATIENCE = 15


@dataclass(frozen=True)
class Observed:
    """What became of one message. The last five come from Weft and are None without it; all others do not depend on its word."""

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
    connection: str | None = None


@dataclass(frozen=True)
class Row:
    scenario: Scenario
    expected: dict
    observed: Observed
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    def json(self) -> dict:
        s = self.scenario
        return {"name": s.name, "domain": s.domain, "title": s.title, "ok": self.ok, "problems": self.problems, "expected": self.expected,
                "observed": asdict(self.observed)}


def run_experiment(lab: Lab, mode: str) -> list[Row]:
    """mode: "weft", "direct" (no Weft) or "oracle" (Postfix enforces DANE by itself)."""
    lab.progress(f"one message to each of {len(lab.scenarios)} domains")
    for scenario in lab.scenarios:
        lab.mta.send(f"someone@{scenario.domain}")
    fates = _wait_for_fates(lab)
    wait_until("the MX hosts' queue is empty", lab.mx.settled, 30, tuple(lab.daemons))
    decisions = _wait_for_decisions(lab)
    sessions = _wait_for_sessions(lab)
    return [_row(lab, s, mode, fates.get(s.domain), decisions.get(s.domain), sessions) for s in lab.scenarios]


def _wait_for_fates(lab: Lab) -> dict[str, Fate]:
    """Until the MTA says of each message what has become of it; what it does not say in time stays unknown."""
    domains = {s.domain for s in lab.scenarios}
    deadline = time.monotonic() + PATIENCE
    reported = time.monotonic()
    while True:
        fates = lab.mta.fates()
        settled = domains & fates.keys()
        if settled == domains or time.monotonic() > deadline:
            return fates
        lab.check()
        if time.monotonic() - reported > 5:
            reported = time.monotonic()
            lab.progress(f"{len(settled)} of {len(domains)} messages delivered, deferred or bounced")
        time.sleep(0.2)


def _wait_for_decisions(lab: Lab) -> dict[str, dict]:
    if lab.weft is None:
        return {}
    lab.progress("Weft's decisions")
    domains = {s.domain for s in lab.scenarios}
    deadline = time.monotonic() + JOURNAL_PATIENCE
    while True:
        decisions = lab.weft.decisions()
        if domains <= decisions.keys() or time.monotonic() > deadline:
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


def _row(lab: Lab, scenario: Scenario, mode: str, fate: Fate | None, decision: dict | None, sessions: dict[str, Sessions]) -> Row:
    arrived = lab.mx.delivered(scenario.domain)
    seen = [sessions[name] for name in map(scenario.host_name, scenario.hosts) if name in sessions]
    observed = Observed(
        result="unknown" if fate is None else "delivered" if fate.result == "sent" else fate.result,
        reply="" if fate is None or fate.result == "sent" else fate.reply,
        copies=len(arrived),
        encrypted=all(arrived) if arrived else None,
        mail_commands=sum(s.mail_commands for s in seen),
        open_sessions=sum(s.open for s in seen),
    )
    if decision is not None:
        try:
            level = (decision["tls"] or {}).get("level", "plaintext")
            observed = replace(observed, level=level, **{key: decision[key] for key in ("policy", "reason", "would", "connection")})
        except KeyError as missing:
            raise LabError(f"weft decisions --json: no key {missing}") from None
    expected = _expected(scenario, mode)
    return Row(scenario, expected, observed, _problems(expected, observed))


def _expected(scenario: Scenario, mode: str) -> dict:
    if mode == "weft":
        expected = {key: value for key, value in asdict(scenario.expect).items() if key != "level" or value is not None}
    else:
        expected = {"result": scenario.direct if mode == "direct" else scenario.oracle}
    delivered = expected["result"] == "delivered"
    # Not even MAIL FROM reaches a server that the message may not go to.
    expected |= {"copies": int(delivered), "mail_commands": int(delivered), "open_sessions": 0}
    expected["encrypted"] = all(host.tls == "on" for host in scenario.hosts) if delivered else None
    return expected


def _problems(expected: dict, observed: Observed) -> list[str]:
    problems = []
    for key, wanted in expected.items():
        found = getattr(observed, key)
        if not (found.startswith(wanted) if key == "reply" else found == wanted):
            problems.append(f"{key}: expected {wanted!r}, observed {found!r}")
    return problems
