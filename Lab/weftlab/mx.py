"""The MX hosts: one Postfix with a listener for each address, which counts what arrives in a maildir for each domain."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import plan
from .model import Scenario
from .pki import PKI
from .postfix import Instance
from .processes import write

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

    def count(self, what: str, commands: str) -> None:
        self.open += 1 if what == "connect" else -1
        if mail := MAIL.search(commands):
            self.mail_commands += int(mail["number"])


class MailExchangers:
    def __init__(self, directory: Path, scenarios: Iterable[Scenario], hosts: list[plan.PlacedHost], pki: PKI, netns: str):
        self.mail = directory / "mail"
        self.mail.mkdir(parents=True)
        self.mail.chmod(0o777)  # virtual(8) writes as nobody
        self.instance = Instance(directory, netns)
        write(directory / "domains", "".join(f"{s.domain} served\n" for s in scenarios))
        # A maildir for each domain, whoever the recipient is.
        write(directory / "mailboxes", "".join(f"@{s.domain} {s.domain}/\n" for s in scenarios))
        main = MAIN.format(directory=directory, mail=self.mail)
        master = "".join(self._listener(placed, address, pki) for placed in hosts for address in placed.addresses) + SERVICES
        self.instance.configure(main, master)

    @staticmethod
    def _listener(placed: plan.PlacedHost, address: str, pki: PKI) -> str:
        endpoint = f"[{address}]:25" if ":" in address else f"{address}:25"
        options = [f"myhostname={placed.name}", f"syslog_name=postfix/{placed.name}"]
        if placed.host.tls == "none":
            options += ["smtpd_tls_security_level=none"]
        else:
            options += ["smtpd_tls_security_level=may", f"smtpd_tls_chain_files={pki.server(placed.host.cert, placed.name)}"]
        if placed.host.tls == "stripped":
            options += ["smtpd_discard_ehlo_keywords=starttls"]
        return f"{endpoint} inet n - n - - smtpd\n" + "".join(f"  -o {option}\n" for option in options)

    def start(self) -> None:
        self.instance.start()

    def settled(self) -> bool:
        """Whether everything that was accepted is in its maildir."""
        return not self.instance.command("postqueue", "-j").strip()

    def delivered(self, domain: str) -> list[bool]:
        """For each message that arrived for the domain, whether it came over TLS (RFC 3848: "with ESMTPS")."""
        try:
            messages = list((self.mail / domain / "new").iterdir())
        except FileNotFoundError:
            return []
        return [" with ESMTPS id " in message.read_text(errors="replace").partition("\n\n")[0] for message in messages]

    def sessions(self) -> dict[str, Sessions]:
        """What each MX host has seen, by its name."""
        seen: dict[str, Sessions] = defaultdict(Sessions)
        for line in self.instance.log.read_text(errors="replace").splitlines():
            if match := SESSION.search(line):
                seen[match["host"]].count(match["what"], match["commands"])
        return seen
