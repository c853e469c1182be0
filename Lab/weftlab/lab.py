"""The lab as a whole: brings everything up from the table, and everything down, whatever happened in between."""

import fcntl
import os
import re
import shutil
import signal
from collections.abc import Callable, Iterable
from pathlib import Path

from . import network, plan
from .dns import forget, start_faulty_dns, start_hidden_nsd, start_nsd, start_unbound
from .model import Scenario
from .mta import IMPATIENT, MTA, ORACLES
from .mx import MailExchangers
from .network import Network
from .pki import PKI
from .policyhosts import change_nginx, start_nginx
from .processes import Daemon, LabError, forget_interruption
from .stsresolver import PORT as STS_PORT
from .stsresolver import start_sts_resolver
from .weft import Weft
from .zones import Key, Tree

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
        self.plan = plan.Plan(table)
        self.hosts = self.plan.hosts(scenarios)
        self.pid = os.getpid()
        self.directory = directory_of(self.pid)
        self.network = Network(self.pid)
        self._running: dict[str, Daemon] = {}
        self.weft: Weft | None = None
        self._lock: int | None = None

    @property
    def daemons(self) -> tuple[Daemon, ...]:
        return (*self._running.values(), *self.mx.daemons)

    def process(self, name: str) -> int:
        """The process of a daemon that runs."""
        return self._running[name].process.pid

    def up(self, weft_binary: Path | None, oracle: str | None = None, with_mta: bool = True) -> None:
        """Brings everything up; weft_binary None: the MTA delivers by itself, with the policies of `oracle`. with_mta: False without an MTA.
        After an error call `down`."""
        if os.geteuid() != 0:
            raise LabError("the lab makes network namespaces: run it as root")
        self.directory.mkdir(mode=0o755)
        self._lock = _lock(self.directory)
        self.progress("two network namespaces")
        self.network.up()
        self.progress(f"certificates, for {len(self.hosts)} MX hosts and their policy hosts")
        self.pki = PKI(self._make("pki"))
        self._make_certificates(self.scenarios)
        for name in ("dns", "web"):
            self._make(name)
        self.tree: Tree | None = None
        self.mx = MailExchangers(self.directory / "mx", self.pki, self.network.net)
        self._serve(self.scenarios)
        if weft_binary is not None:
            self.start_weft(weft_binary)
        if not with_mta:
            return
        settings = "" if weft_binary is not None else IMPATIENT
        if oracle == "sts":
            self.progress("postfix-mta-sts-resolver")
            self._running["resolver"] = start_sts_resolver(self._make("resolver"), self.pki.trust, self.network.mta)
        if oracle is not None:
            settings += ORACLES[oracle].format(trust=self.pki.trust, port=STS_PORT)
        self.progress("the MTA (Postfix)")
        routes = {s.recipient_domain: self.plan.address(s, s.route) for s in self.scenarios if s.route is not None and oracle is None}
        self.mta = MTA(self.directory / "mta", self.network.mta, routes, settings)
        self.mta.start()

    def start_weft(self, binary: Path, timeouts: dict[str, str] | None = None) -> None:
        """From now on mail goes through Weft. timeouts: [timeouts] settings other than the lab's."""
        self.progress("Weft, and the redirect rules for it")
        domains = {s.policy_domain: s.weft for s in self.scenarios if s.weft}
        self.weft = Weft(self._make("weft"), binary, self.pki.trust, domains, self.network.mta, timeouts or {})
        self._running["weft"] = self.weft.start()
        self.weft.redirect()

    def _make_certificates(self, scenarios: Iterable[Scenario]) -> None:
        hosts = self.plan.hosts(scenarios)
        wanted = [(placed.host.cert, placed.certified_name) for placed in hosts]
        wanted += [(record.cert, placed.certified_name) for placed in hosts for record in placed.host.tlsa if record.cert is not None]
        wanted += [(s.sts.cert, s.policy_host) for s in scenarios if s.sts is not None]
        self.pki.make_servers(wanted)

    def _serve(self, scenarios: tuple[Scenario, ...]) -> None:
        """The far side of the lab: starts it, or changes it into that of other scenarios."""
        hosts = self.plan.hosts(scenarios)
        tree = Tree(scenarios, hosts, self.pki)
        directory, before = self.directory / "dns", self.tree
        self.progress(f"{len(tree.zones)} zones, signed where they shall be, and the name servers (NSD, unbound)")
        if before is None:
            self.key = Key(self._make("keys"))
        tree.write(directory / "zones", self.key, like=before)
        self.tree = tree
        self._restart("nsd", lambda: start_nsd(directory, tree, self.network.net))
        self._restart("hidden-nsd", lambda: start_hidden_nsd(directory, tree, self.network.net))
        self._restart("faulty", lambda: start_faulty_dns(directory, scenarios, self.network.net))
        if before is None:
            self._running["unbound"] = start_unbound(directory, self.key, self.network.mta)
        self.progress("policy hosts (nginx)")
        if "nginx" in self._running:
            change_nginx(self._running["nginx"], self.directory / "web", scenarios, self.pki)
        else:
            self._running["nginx"] = start_nginx(self.directory / "web", scenarios, self.pki, self.network.net)
        self.progress("MX hosts (Postfix)")
        self.mx.start(scenarios, hosts)

    def _restart(self, name: str, start: Callable[[], Daemon]) -> None:
        if name in self._running:
            self._running.pop(name).stop()
        self._running[name] = start()

    def change(self, scenarios: tuple[Scenario, ...], forgotten: Iterable[str]) -> None:
        """The far side is now as these scenarios say; the resolver forgets some domains."""
        self._make_certificates(scenarios)
        self._serve(scenarios)
        forget(self.directory / "dns", forgotten, self.network.mta)

    def restart_weft(self) -> None:
        weft = self.weft
        if weft is not None:
            self.progress("Weft, once more")
            self._restart("weft", weft.start)

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
