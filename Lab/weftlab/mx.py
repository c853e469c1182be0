"""The MX hosts: one Postfix with a listener for each address, which counts what arrives in a maildir for each domain, and for servers
that do what Postfix never would, one process more."""

import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import plan
from .eximexchanger import EximExchanger
from .model import Scenario
from .network import all_listening
from .pki import PKI
from .postfix import Instance
from .processes import Daemon, wait_until, write

# A program of its own, in the servers' namespace.
FAULTY_SERVER = Path(__file__).with_name("faultyserver.py")

MAIN = """\
compatibility_level = 3.6
myhostname = net.example
mydestination =
alias_maps =
inet_interfaces = all
inet_protocols = all
smtpd_peername_lookup = no
# All mail of the lab comes from one address.
smtpd_client_connection_count_limit = 0
default_process_limit = 300
virtual_transport = virtual
virtual_mailbox_domains = texthash:{directory}/domains
virtual_mailbox_base = {mail}
virtual_mailbox_maps = texthash:{directory}/mailboxes
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
"""

SERVICES = """\
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
showq unix n - n - - showq
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


# At its end a session is logged with the number of each command in it: "mail=1", or "mail=0/1" for a refused one.
SESSION = re.compile(r" postfix/(?P<host>\S+)/smtpd\[\d+\]: (?P<what>connect|disconnect) from \S+(?P<commands>.*)$")
MAIL = re.compile(r" mail=(?:\d+/)?(?P<number>\d+)")


@dataclass
class Sessions:
    """Connections to one MX host."""

    open: int = 0
    mail_commands: int = 0
    begun: int = 0

    def count(self, what: str, commands: str) -> None:
        self.open += 1 if what == "connect" else -1
        self.begun += what == "connect"
        if mail := MAIL.search(commands):
            self.mail_commands += int(mail["number"])

    def event(self, event: str) -> None:
        self.open += {"connect": 1, "disconnect": -1}.get(event, 0)
        self.begun += event == "connect"
        self.mail_commands += event == "mail"


@dataclass(frozen=True)
class Copy:
    """A message that a server kept for a recipient. body: a digest; parameters: of MAIL and RCPT, where the server noted them."""

    recipient: str
    is_secure: bool
    body: str
    parameters: tuple[str, ...] = ()


class MailExchangers:
    def __init__(self, directory: Path, pki: PKI, netns: str):
        self.directory, self.pki, self.netns = directory, pki, netns
        self.mail = directory / "mail"
        self.mail.mkdir(parents=True)
        self.mail.chmod(0o777)  # virtual(8) writes as nobody
        self.instance = Instance(directory, netns)
        self.faulty_log = directory / "faulty.log"
        self.faulty: Daemon | None = None
        self.exim: EximExchanger | None = None
        self._exim_daemon: Daemon | None = None

    def start(self, scenarios: Iterable[Scenario], hosts: list[plan.PlacedHost]) -> None:
        """Starts the servers, or changes those that run into these."""
        domains = {domain for s in scenarios for domain in (s.recipient_domain, s.policy_domain, *s.more_domains)}
        write(self.directory / "domains", "".join(f"{domain} served\n" for domain in sorted(domains)))
        # A maildir for each domain, whoever the recipient is.
        write(self.directory / "mailboxes", "".join(f"@{domain} {domain}/\n" for domain in sorted(domains)))
        # Hosts that share an address have one listener: that of the first of them.
        listeners: dict[str, list[plan.PlacedHost]] = defaultdict(list)
        faulty, exims = [], []
        for placed in hosts:
            for address in placed.addresses:
                if placed.host.server == "postfix":
                    listeners[address].append(placed)
                elif placed.host.server == "exim":
                    exims.append(placed)
                elif placed.host.server != "none":
                    bundle = str(self.pki.server(placed.host.cert, placed.certified_name))
                    faulty.append({"name": placed.name, "address": address, "fault": placed.host.server, "bundle": bundle})
        master = "".join(self._listener(address, sharing) for address, sharing in listeners.items()) + SERVICES
        is_running = (self.instance.configuration / "master.cf").exists()
        if is_running:
            self.instance.reconfigure(master)
        else:
            self.instance.configure(MAIN.format(directory=self.directory, mail=self.mail), master)
            self.instance.start()
        self._start_faulty(faulty)
        if exims and self.exim is None:
            self.exim = EximExchanger(self.directory / "exim", self.mail, self.netns)
            self._exim_daemon = self.exim.start(exims, self.pki)

    def _listener(self, address: str, sharing: list[plan.PlacedHost]) -> str:
        placed = sharing[0]
        endpoint = f"[{address}]:25" if ":" in address else f"{address}:25"
        options = [f"myhostname={placed.name}", f"syslog_name=postfix/{placed.name}"]
        if placed.host.tls == "none":
            options += ["smtpd_tls_security_level=none"]
        else:
            options += ["smtpd_tls_security_level=may", f"smtpd_tls_chain_files={self.pki.server(placed.host.cert, placed.certified_name)}"]
        if placed.host.tls == "stripped":
            options += ["smtpd_discard_ehlo_keywords=starttls"]
        if len(sharing) > 1:
            lines = (f"{other.name} {self.pki.server(other.host.cert, other.certified_name)}\n" for other in sharing)
            names = write(self.directory / "sni" / placed.name, "".join(lines))
            options += [f"tls_server_sni_maps=texthash:{names}"]
        return f"{endpoint} inet n - n - - smtpd\n" + "".join(f"  -o {option}\n" for option in options)

    def forget(self) -> None:
        """Servers that remember what they have done begin anew."""
        self._start_faulty(self._faulty_hosts)

    def _start_faulty(self, hosts: list[dict]) -> None:
        self._faulty_hosts = hosts
        if self.faulty is not None:
            self.faulty.stop()
            self.faulty = None
        if not hosts:
            return
        settings = {"log": str(self.faulty_log), "mail": str(self.mail), "hosts": hosts}
        configuration = write(self.directory / "faulty.json", json.dumps(settings))
        argv = [sys.executable, str(FAULTY_SERVER), str(configuration)]
        self.faulty = Daemon("faulty mail servers", argv, self.directory / "faulty.stderr", self.netns)
        addresses = [host["address"] for host in hosts]
        wait_until("the faulty mail servers listen", lambda: all_listening(self.netns, addresses, 25), 20, (self.faulty,))

    @property
    def daemons(self) -> tuple[Daemon, ...]:
        return tuple(daemon for daemon in (self.faulty, self._exim_daemon) if daemon is not None)

    def settled(self) -> bool:
        """Whether everything that was accepted is in its maildir."""
        return not self.instance.command("postqueue", "-j").strip()

    def delivered(self, scenario: Scenario) -> dict[str, bool]:
        """Each message that arrived for a domain, and whether it came over TLS (RFC 3848: "with ESMTPS", RFC 6531: "with UTF8SMTPS")."""
        found = {}
        for domain in {scenario.recipient_domain, scenario.policy_domain}:
            for message in (self.mail / domain / "new").glob("*"):
                head = message.read_text(errors="replace").partition("\n\n")[0]
                found[message.name] = " with ESMTPS id " in head or " with UTF8SMTPS id " in head
        return found

    def sessions(self) -> dict[str, Sessions]:
        """What each MX host has seen since it was started first, by its name."""
        seen: dict[str, Sessions] = defaultdict(Sessions)
        if self.instance.log.exists():
            for line in self.instance.log.read_text(errors="replace").splitlines():
                if match := SESSION.search(line):
                    seen[match["host"]].count(match["what"], match["commands"])
        for event in self._noted():
            seen[event["host"]].event(event["event"])
        if self.exim is not None:
            for name, number in self.exim.connections().items():
                seen[name].begun += number
        return seen

    def copies(self, scenario: Scenario) -> list[Copy]:
        """What has been kept of a scenario's domains, by whichever server."""
        found = []
        for domain in {scenario.recipient_domain, scenario.policy_domain, *scenario.more_domains}:
            for file in (self.mail / domain / "new").glob("*"):
                head, _, body = file.read_bytes().partition(b"\n\n")
                # Postfix's virtual(8) and Exim name the recipient, each in its own way.
                recipient = re.search(rb"^(?:Delivered-To|Envelope-to): (.*)$", head, re.MULTILINE)
                is_secure = re.search(rb" with (?:ESMTPS|UTF8SMTPS|esmtps|utf8esmtps)\b", head) is not None
                digest = hashlib.sha256(body.replace(b"\n", b"\r\n")).hexdigest()
                found.append(Copy(recipient[1].decode() if recipient else "", is_secure, digest))
        names = set(map(scenario.host_name, scenario.hosts))
        for event in self._noted():
            if event["event"] == "kept" and event["host"] in names:
                found.append(Copy(event["recipient"], event["tls"], event["body"], tuple(event["parameters"])))
        return found

    def _noted(self) -> list[dict]:
        """What the servers that misbehave have noted."""
        if not self.faulty_log.exists():
            return []
        return [json.loads(line) for line in self.faulty_log.read_text().splitlines()]
