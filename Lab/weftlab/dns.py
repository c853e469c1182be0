"""The two name servers: NSD, authoritative for every zone on the far side, and unbound, the MTA's own validating resolver."""

import shutil
from pathlib import Path

from . import plan
from .network import listening
from .processes import Daemon, run, wait_until, write
from .zones import Key, Tree, zone_file


def start_nsd(directory: Path, tree: Tree, netns: str) -> Daemon:
    zones_directory = directory / "zones"
    settings = f"""\
server:
    ip-address: {plan.NAME_SERVER}
    username: ""
    zonesdir: "{zones_directory}"
    database: ""
    pidfile: ""
    xfrdfile: "{directory}/nsd.xfrd"
    zonelistfile: "{directory}/nsd.zones"
    xfrdir: "{directory}"
    hide-version: yes
    # One client asks everything; response rate limiting would take it for an attack.
    rrl-ratelimit: 0
    rrl-whitelist-ratelimit: 0
remote-control:
    control-enable: no
"""
    for origin in tree.zones:
        settings += f'zone:\n    name: "{origin}"\n    zonefile: "{zone_file(zones_directory, origin)}"\n'
    configuration = write(directory / "nsd.conf", settings)
    run(["nsd-checkconf", str(configuration)])
    daemon = Daemon("nsd", ["nsd", "-d", "-c", str(configuration)], directory / "nsd.log", netns)
    wait_until("the authoritative name server answers", lambda: _answers(netns, plan.NAME_SERVER, "aa"), 20, (daemon,))
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
    control-enable: no
""")
    # Debian confines /usr/sbin/unbound to its own directories with AppArmor; the profile does not name this copy.
    binary = shutil.copy("/usr/sbin/unbound", directory / "unbound")
    daemon = Daemon("unbound", [str(binary), "-d", "-c", str(configuration)], directory / "unbound.log", netns)
    wait_until("the resolver validates the root", lambda: _answers(netns, "127.0.0.1", "ad"), 20, (daemon,))
    return daemon


def _answers(netns: str, server: str, flag: str) -> bool:
    # drill waits seconds for an answer to a question that was sent too early, so the socket comes first.
    return listening(netns, server, 53) and flag in query(netns, server, ".", "SOA").flags


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
