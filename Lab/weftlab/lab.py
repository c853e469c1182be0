"""The lab as a whole: brings everything up from the table, and everything down, whatever happened in between."""

import fcntl
import os
import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from . import network, plan
from .dns import start_nsd, start_unbound
from .model import Scenario
from .mta import MTA
from .mx import MailExchangers
from .network import Network
from .pki import PKI
from .policyhosts import start_nginx
from .processes import Daemon, LabError, forget_interruption
from .weft import Weft
from .zones import Tree

# Not $TMPDIR: Postfix's users must be able to enter it, and `lab down` to find it.
TEMPORARY = Path("/tmp")
DIRECTORY = "weft-lab-"
# What asks a run to end.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)

Progress = Callable[[str], None]


class Lab:
    """One lab; its namespaces and its directory carry the pid of the process that makes it."""

    def __init__(self, scenarios: tuple[Scenario, ...], table: tuple[Scenario, ...], progress: Progress):
        """scenarios: what to bring up, out of the whole table (addresses do not depend on the choice)."""
        self.scenarios, self.progress = scenarios, progress
        self.hosts = [placed for placed in plan.place(table) if placed.scenario in scenarios]
        self.pid = os.getpid()
        self.directory = directory_of(self.pid)
        self.network = Network(self.pid)
        self.daemons: list[Daemon] = []
        self.weft: Weft | None = None
        self._lock: int | None = None

    def up(self, weft_binary: Path | None, oracle: bool = False) -> None:
        """Brings everything up; weft_binary None: the MTA delivers by itself. After an error call `down` as well."""
        if os.geteuid() != 0:
            raise LabError("the lab makes network namespaces: run it as root")
        self.directory.mkdir(mode=0o755)
        self._lock = _lock(self.directory)
        self.progress("two network namespaces")
        self.network.up()
        self.progress(f"certificates, for {len(self.hosts)} MX hosts and their policy hosts")
        (self.directory / "pki").mkdir()
        self.pki = PKI(self.directory / "pki")
        wanted = [(placed.host.cert, placed.name) for placed in self.hosts]
        wanted += [(s.sts.cert, s.policy_host) for s in self.scenarios if s.sts is not None]
        self.pki.make_servers(wanted)
        self._start_dns()
        self.progress("policy hosts (nginx)")
        web = self._make("web")
        self.daemons.append(start_nginx(web, self.scenarios, self.pki, self.network.net))
        self.progress("MX hosts (Postfix)")
        self.mx = MailExchangers(self.directory / "mx", self.scenarios, self.hosts, self.pki, self.network.net)
        self.mx.start()
        if weft_binary is not None:
            self.progress("Weft, and the redirect rules for it")
            self.weft = Weft(self._make("weft"), weft_binary, self.pki.trust, self.network.mta)
            self.daemons.append(self.weft.start())
            self.weft.redirect()
        self.progress("the MTA (Postfix)")
        self.mta = MTA(self.directory / "mta", self.scenarios, self.network.mta, oracle)
        self.mta.start()

    def _start_dns(self) -> None:
        tree = Tree(self.scenarios, self.hosts, self.pki)
        self.progress(f"{len(tree.zones)} zones, signed where they shall be, and the name servers (NSD, unbound)")
        directory = self._make("dns")
        key = tree.write(directory / "zones")
        self.tree = tree
        self.daemons.append(start_nsd(directory, tree, self.network.net))
        self.daemons.append(start_unbound(directory, key, self.network.mta))

    def _make(self, name: str) -> Path:
        directory = self.directory / name
        directory.mkdir()
        return directory

    def check(self) -> None:
        """Raises when a daemon has ended by itself."""
        for daemon in self.daemons:
            daemon.check()

    def release(self) -> None:
        """Leaves everything running; from now on `lab down` removes it."""
        if self._lock is not None:
            os.close(self._lock)

    def down(self) -> None:
        """Removes everything. Signals that would end this process are ignored from here on: it is ending."""
        for sig in SIGNALS:
            signal.signal(sig, signal.SIG_IGN)
        forget_interruption()
        remove(self.pid)


def directory_of(pid: int) -> Path:
    return TEMPORARY / f"{DIRECTORY}{pid}"


def remove(pid: int) -> None:
    network.destroy(pid)
    shutil.rmtree(directory_of(pid), ignore_errors=True)


def all_labs() -> list[int]:
    """The pids of all labs of this machine of which anything is left."""
    directories = [p.name for p in TEMPORARY.glob(DIRECTORY + "*") if p.is_dir() and p.stat().st_uid == 0]
    namespaces = [p.name for p in network.NETNS_RUN.glob("weft-*")]
    matches = [re.fullmatch(r"weft-(?:lab-)?(\d+)(?:-\w+)?", name) for name in directories + namespaces]
    return sorted({int(match[1]) for match in matches if match})


def in_use(pid: int) -> bool:
    """Whether the run that made a lab is still at it."""
    try:
        os.close(_lock(directory_of(pid)))
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def _lock(directory: Path) -> int:
    """The lock is held for as long as the run lasts, however it ends."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise
    return descriptor
