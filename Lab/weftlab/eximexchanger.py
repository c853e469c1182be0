"""The MX hosts that are Exim: one daemon that listens at all their addresses, and puts mail where the others put theirs."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from . import exim, plan
from .network import all_listening
from .pki import PKI
from .processes import Daemon, wait_until, write

CONFIGURATION = """\
local_interfaces = {addresses}
daemon_smtp_ports = 25
smtp_accept_max = 0
smtp_accept_queue_per_connection = 0
# Each name and certificate is that of the address.
smtp_banner = ${{lookup{{$received_ip_address}}lsearch{{{directory}/names}}}} ESMTP Exim $version_number
tls_advertise_hosts = *
tls_certificate = ${{lookup{{$received_ip_address}}lsearch{{{directory}/certificates}}}}
chunking_advertise_hosts = *
acl_smtp_rcpt = anybody

begin acl

anybody:
  accept

begin routers

all:
  driver = accept
  transport = maildir

begin transports

maildir:
  driver = appendfile
  maildir_format
  directory = {mail}/$domain
  envelope_to_add
  return_path_add
"""
# Each is logged when it is accepted, with the address that it came to.
CONNECTION = re.compile(r" SMTP connection from .*I=\[(?P<address>[^]]+)\]:25 \(TCP/IP connection count")


class EximExchanger:
    def __init__(self, directory: Path, mail: Path, netns: str):
        self.directory, self.mail = directory, mail
        directory.mkdir()
        self.instance = exim.Instance(directory, netns)
        self.names: dict[str, str] = {}

    def start(self, hosts: Iterable[plan.PlacedHost], pki: PKI) -> Daemon:
        certificates = {}
        for placed in hosts:
            self.names[placed.v4] = placed.name
            # Its user must be able to read them, and the key is nobody's secret.
            bundle = pki.server(placed.host.cert, placed.certified_name).read_text()
            certificates[placed.v4] = write(self.directory / f"{placed.v4}.pem", bundle)
        for file, table in (("names", self.names), ("certificates", certificates)):
            write(self.directory / file, "".join(f"{address}: {value}\n" for address, value in table.items()))
        addresses = " : ".join(self.names)
        self.instance.configure("exim.net.example", CONFIGURATION.format(addresses=addresses, directory=self.directory, mail=self.mail))
        daemon = self.instance.daemon("-bdf")
        wait_until("Exim listens", lambda: all_listening(self.instance.netns, self.names, 25), 20, (daemon,))
        return daemon

    def connections(self) -> Counter[str]:
        """How many each host has had, by its name."""
        found = (CONNECTION.search(line) for line in self.instance.lines())
        return Counter(self.names[match["address"]] for match in found if match)
