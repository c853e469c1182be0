"""Whether one client can crowd out another: sessions beside a flood, how long they take and what they are told."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import crowdclient
from .lab import Lab
from .model import Expect, Host, Scenario
from .processes import ENVIRONMENT, LabError, inside, stop_if_interrupted

FLOODS = ("ehlo", "rset", "noop", "connect", "drip")
# What a session beside a flood may take, at the 99th percentile (seconds), and what Weft may take of memory meanwhile (MiB).
SLOWEST, LARGEST = 0.2, 512

_DELIVERED = Expect("delivered", None, None)
# A server as others, a process apart from the one whose EHLO is answered with 35 KB.
SERVED = Scenario("crowded", "a server as others", _DELIVERED, hosts=(Host(tls="none"),))
FLOODED = Scenario("flooded", "a server that says much", _DELIVERED, hosts=(Host(server="long-ehlo"),))
TABLE = (SERVED, FLOODED)


@dataclass(frozen=True)
class Crowd:
    """What was seen beside one flood."""

    flood: str
    sessions: int
    median: float
    slowest: float
    bad: list[str]
    memory: int  # the most that Weft has had, in MiB
    journal: int  # what the journal has grown by, in MiB

    @property
    def problems(self) -> list[str]:
        found = [f"{len(self.bad)} replies were no success, the first: {self.bad[0]}"] if self.bad else []
        if self.slowest > SLOWEST:
            found.append(f"p99 {self.slowest * 1000:.0f} ms")
        if self.memory > LARGEST:
            found.append(f"{self.memory} MiB")
        return found

    def __str__(self) -> str:
        what = "; ".join(self.problems) or "ok"
        return (f"{self.flood:8} {self.sessions:5} sessions  p50 {self.median * 1000:6.1f} ms  p99 {self.slowest * 1000:6.1f} ms  "
                f"{self.memory:4} MiB  journal +{self.journal} MiB  {what}")


def run_crowd(lab: Lab, seconds: float, floods: tuple[str, ...] = FLOODS) -> list[Crowd]:
    """Sessions alone first, so that what is known once is known, and then beside each flood."""
    return [_beside(lab, flood, seconds) for flood in ("nothing", *floods)]


def _beside(lab: Lab, flood: str, seconds: float) -> Crowd:
    stop_if_interrupted()
    lab.progress(f"sessions beside {flood}")
    assert lab.weft is not None
    journal, before = lab.weft.directory / "journal.db", _size(lab)
    target = FLOODED if flood in ("ehlo", "rset") else SERVED
    crowd = None if flood == "nothing" else _client(lab, flood, target, seconds + 2)
    probe = _client(lab, "probe", SERVED, seconds)
    output, _ = probe.communicate(timeout=seconds + 60)
    if crowd is not None:
        crowd.communicate(timeout=60)
    lab.check()
    try:
        seen = json.loads(output)
        times = sorted(seen["seconds"])
    except (ValueError, KeyError):
        raise LabError(f"the probe beside {flood} said {output[:300]!r}") from None
    return Crowd(flood, len(times), times[len(times) // 2], times[len(times) * 99 // 100], seen["bad"], _memory(lab), (_size(lab) - before) >> 20)


def _client(lab: Lab, name: str, target: Scenario, seconds: float) -> subprocess.Popen:
    address = lab.plan.address(target, target.hosts[0].label)
    argv = [sys.executable, str(Path(crowdclient.__file__)), name, address, str(seconds)]
    return subprocess.Popen(inside(lab.network.mta, argv), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT,
                            start_new_session=True)


def _memory(lab: Lab) -> int:
    status = Path(f"/proc/{lab.process('weft')}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) >> 10


def _size(lab: Lab) -> int:
    assert lab.weft is not None
    return sum(path.stat().st_size for path in lab.weft.directory.glob("journal.db*"))
