"""The MTA whose mail Weft carries: Postfix as Debian installs it, but for what a lab cannot do without."""

import json
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .postfix import Instance
from .processes import run, write

# What the Debian package makes /etc/postfix from; the machine's own files may be a real mail server's.
DEBIAN = Path("/usr/share/postfix")
HOST = "mta.example"
SENDER = f"root@{HOST}"

LAB = """\

# The rest of what Debian's installation sets for an "Internet Site".
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
myhostname = {host}
mydestination = $myhostname, localhost
relayhost =
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
mailbox_size_limit = 0
recipient_delimiter = +
inet_interfaces = all
inet_protocols = all

# The lab's: no aliases and mailboxes of the machine.
alias_maps =
alias_database =
mail_spool_directory = {directory}/mailboxes/
"""

# Without Weft it is Postfix that meets the servers that say nothing.
IMPATIENT = """
smtp_connect_timeout = 5s
smtp_helo_timeout = 10s
smtp_starttls_timeout = 5s
smtp_mail_timeout = 10s
"""
# Postfix enforces policies by itself, to compare with.
ORACLES = {
    "dane": """
smtp_tls_security_level = dane
smtp_dns_support_level = dnssec
""",
    "sts": """
smtp_tls_security_level = dane
smtp_dns_support_level = dnssec
smtp_tls_policy_maps = socketmap:inet:127.0.0.1:{port}:postfix
smtp_tls_CAfile = {trust}
""",
}

SENT = re.compile(r" (?P<id>[0-9A-Za-z]+): to=<(?P<recipient>[^>]+)>.* status=(?P<status>sent|deferred|bounced) \((?P<text>.*)\)$")
# Postfix quotes the other side: host NAME[ADDRESS] said: 451 4.7.5 ... (in reply to RCPT TO command)
SAID = re.compile(r"^host \S+ said: (?P<reply>.*?)(?: \(in reply to [^()]*\))?$")


@dataclass(frozen=True)
class Fate:
    """What the MTA says has become of a message. result: "sent", "deferred" or "bounced"; text: its whole reason."""

    result: str
    text: str

    @property
    def reply(self) -> str:
        """The other side's reply in that reason, when there is one."""
        said = SAID.match(self.text)
        return said["reply"] if said else self.text


class MTA:
    def __init__(self, directory: Path, netns: str, routes: dict[str, str], settings: str = ""):
        """routes: recipient domain -> address that its mail is sent to, whatever DNS says."""
        directory.mkdir(parents=True)
        self.instance = Instance(directory, netns)
        mailboxes = directory / "mailboxes"
        mailboxes.mkdir()
        mailboxes.chmod(0o1777)
        main = (DEBIAN / "main.cf.debian").read_text() + (DEBIAN / "main.cf.tls").read_text()
        main += LAB.format(host=HOST, directory=directory)
        if routes:
            lines = (f"{domain} smtp:[{'ipv6:' * (':' in address) + address}]\n" for domain, address in routes.items())
            main += f"transport_maps = texthash:{write(directory / 'transport', ''.join(lines))}\n"
        self.instance.configure(main + settings, (DEBIAN / "master.cf.dist").read_text())

    def start(self) -> None:
        # Debian runs this before Postfix: it copies resolv.conf and libraries to where the chrooted smtp(8) finds them.
        run(["env", f"MAIL_CONFIG={self.instance.configuration}", "/usr/lib/postfix/configure-instance.sh"], netns=self.instance.netns)
        self.instance.start()

    def send(self, recipients: Iterable[str]) -> None:
        """One message to each."""
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._send, recipients))

    def _send(self, recipient: str) -> None:
        message = f"From: {SENDER}\nTo: {recipient}\nSubject: weft lab\n\nOne message to {recipient}.\n"
        self.instance.command("sendmail", "-f", SENDER, recipient, stdin=message)

    def fates(self) -> dict[str, Fate]:
        """By recipient, for the messages that have one: deferred ones from the queue, the others from the log."""
        fates = {recipient: fate for recipient, fate in self._logged() if fate.result != "deferred"}
        for line in self.instance.command("postqueue", "-j").splitlines():
            entry = json.loads(line)
            for recipient in entry["recipients"]:
                if entry["queue_name"] == "deferred" and "delay_reason" in recipient:
                    fates[recipient["address"]] = Fate("deferred", recipient["delay_reason"])
        return fates

    def _logged(self) -> Iterable[tuple[str, Fate]]:
        for line in self.instance.lines():
            if match := SENT.search(line):
                yield match["recipient"], Fate(match["status"], match["text"])
