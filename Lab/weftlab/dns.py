"""The name servers: NSD, authoritative for every zone on the far side, one that misbehaves in front of it, and unbound, the MTA's own
validating resolver."""

import json
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from . import faultydns, plan
from .model import Scenario
from .network import listening
from .processes import Daemon, run, wait_until, write
from .zones import SERVER, Key, Tree, zone_file


def start_nsd(directory: Path, tree: Tree, netns: str) -> Daemon:
    return _start_nsd(directory, "nsd", plan.NAME_SERVER, [zone.origin for zone in tree.zones.values() if zone.server == SERVER], netns)


def start_hidden_nsd(directory: Path, tree: Tree, netns: str) -> Daemon:
    """The server of the zones that the misbehaving one answers for."""
    origins = [zone.origin for zone in tree.zones.values() if zone.server != SERVER or zone.origin == "."]
    return _start_nsd(directory, "hidden-nsd", plan.HIDDEN_NAME_SERVER, origins, netns)


def _start_nsd(directory: Path, name: str, address: str, origins: list[str], netns: str) -> Daemon:
    zones_directory = directory / "zones"
    settings = f"""\
server:
    ip-address: {address}
    username: ""
    zonesdir: "{zones_directory}"
    database: ""
    pidfile: ""
    xfrdfile: "{directory}/{name}.xfrd"
    zonelistfile: "{directory}/{name}.zones"
    xfrdir: "{directory}"
    hide-version: yes
    # One client asks everything; response rate limiting would take it for an attack.
    rrl-ratelimit: 0
    rrl-whitelist-ratelimit: 0
remote-control:
    control-enable: no
"""
    for origin in origins:
        settings += f'zone:\n    name: "{origin}"\n    zonefile: "{zone_file(zones_directory, origin)}"\n'
    configuration = write(directory / f"{name}.conf", settings)
    run(["nsd-checkconf", str(configuration)])
    daemon = Daemon(name, ["nsd", "-d", "-c", str(configuration)], directory / f"{name}.log", netns)
    wait_until("the authoritative name server answers", lambda: _answers(netns, address, "aa"), 20, (daemon,))
    return daemon


def start_faulty_dns(directory: Path, scenarios: Iterable[Scenario], netns: str) -> Daemon:
    faults = [[*s.question(q), fault] for s in scenarios for q, fault in s.dns_faults.items()]
    argv = [sys.executable, str(Path(faultydns.__file__)), plan.FAULTY_NAME_SERVER, plan.HIDDEN_NAME_SERVER, json.dumps(faults)]
    daemon = Daemon("faulty name server", argv, directory / "faultydns.log", netns)
    wait_until("the faulty name server answers", lambda: _answers(netns, plan.FAULTY_NAME_SERVER, "aa", udp=True), 20, (daemon,))
    return daemon


def start_unbound(directory: Path, key: Key, netns: str) -> Daemon:
    write(directory / "root.hints", f". 3600 NS ns.\nns. 3600 A {plan.NAME_SERVER}\n")
    write(directory / "root.anchor", f". IN DNSKEY {key.rdata}\n")
    configuration = write(directory / "unbound.conf", f"""\
server:
    interface: 127.0.0.1
    interface: ::1
    directory: "{directory}"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    num-threads: 1
    root-hints: "{directory}/root.hints"
    trust-anchor-file: "{directory}/root.anchor"
    ede: yes
    val-log-level: 2
remote-control:
    control-enable: yes
    control-interface: "{directory}/unbound.control"
    control-use-cert: no
""")
    # Debian confines /usr/sbin/unbound to its own directories with AppArmor; the profile does not name this copy.
    binary = shutil.copy("/usr/sbin/unbound", directory / "unbound")
    daemon = Daemon("unbound", [str(binary), "-d", "-c", str(configuration)], directory / "unbound.log", netns)
    wait_until("the resolver validates the root", lambda: _answers(netns, "127.0.0.1", "ad"), 20, (daemon,))
    return daemon


def forget(directory: Path, domains: Iterable[str], netns: str) -> None:
    """The resolver forgets all it knows of some domains."""
    for domain in domains:
        run(["unbound-control", "-c", str(directory / "unbound.conf"), "flush_zone", domain], netns=netns)


def _answers(netns: str, server: str, flag: str, udp: bool = False) -> bool:
    # drill waits seconds for an answer to a question that was sent too early, so the socket comes first.
    return listening(netns, server, 53, udp) and flag in query(netns, server, ".", "SOA").flags


class Reply:
    """What drill says of one answer."""

    def __init__(self, text: str):
        header = next((line for line in text.splitlines() if line.startswith(";; flags:")), "")
        self.flags = header.partition("flags:")[2].partition(";")[0].split()
        self.code = text.partition("rcode: ")[2].partition(",")[0]
        self.records = [line.split() for line in text.splitlines() if line and not line.startswith(";")]

    @property
    def status(self) -> str:
        """secure, insecure, or the response code of a failure."""
        if self.code not in ("NOERROR", "NXDOMAIN"):
            return self.code or "no answer"
        return "secure" if "ad" in self.flags else "insecure"


def query(netns: str, server: str, name: str, kind: str) -> Reply:
    return Reply(run(["drill", "-D", f"@{server}", name, kind], netns=netns, check=False, timeout=20).stdout)
