"""Addresses for what the table names. Documentation nets only: Weft refuses private policy hosts, and nothing here can leak."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from .model import Host, Scenario

# The link between the two namespaces, and the servers on its far side.
MTA_V4, MTA_V6 = "192.0.2.2", "2001:db8:ffff::2"
NET_V4, NET_V6 = "192.0.2.1", "2001:db8:ffff::1"
LINK_V4_BITS, LINK_V6_BITS = 24, 64
NAME_SERVER = "192.0.2.53"
POLICY_HOST = "192.0.2.80"

# Where the MX hosts live. The whole nets are local to the far side, no address is added one by one.
MX_V4 = (IPv4Network("203.0.113.0/24"), IPv4Network("198.51.100.0/24"))
MX_V6 = IPv6Network("2001:db8:25::/64")


@dataclass(frozen=True)
class PlacedHost:
    """An MX host of the table with its name and addresses."""

    scenario: Scenario
    host: Host
    name: str
    v4: str | None
    v6: str | None

    @property
    def addresses(self) -> list[str]:
        return [a for a in (self.v4, self.v6) if a is not None]


def place(scenarios: Iterable[Scenario]) -> list[PlacedHost]:
    """Gives every host its addresses, in table order; a v4 and a v6 address of one place in the table end alike."""
    v4_pool = (str(a) for net in MX_V4 for a in net.hosts())
    placed = []
    number = 0
    for scenario in scenarios:
        for host in scenario.hosts:
            number += 1
            v4, v6 = next(v4_pool), str(MX_V6[number])
            name = scenario.host_name(host)
            placed.append(PlacedHost(scenario, host, name, v4 if "4" in host.family else None, v6 if "6" in host.family else None))
    return placed
