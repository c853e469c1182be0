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
# What it serves is another's, and not known to the first: or else that would answer for it.
FAULTY_NAME_SERVER, HIDDEN_NAME_SERVER = "192.0.2.54", "192.0.2.55"
POLICY_HOST = "192.0.2.80"
# A host without any web server: connections are refused.
NO_POLICY_HOST = NET_V4

# Where the MX hosts live. The whole nets are local to the far side, no address is added one by one. When documentation's are used up, the
# benchmarks' are next (RFC 2544), which do not leak either.
MX_V4 = (IPv4Network("203.0.113.0/24"), IPv4Network("198.51.100.0/24"), IPv4Network("198.18.0.0/23"))
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
    def certified_name(self) -> str:
        """The host whose certificate it presents."""
        return self.name if self.host.presents is None else self.scenario.absolute(self.host.presents)

    @property
    def addresses(self) -> list[str]:
        return [a for a in (self.v4, self.v6) if a is not None]


class Plan:
    """Gives every host of the table its addresses, in table order; a v4 and a v6 address of one place in the table end alike."""

    def __init__(self, table: Iterable[Scenario]):
        v4_pool = (str(a) for net in MX_V4 for a in net.hosts())
        self._places: dict[tuple[str, str], tuple[str, str]] = {}
        for scenario in table:
            for _, version, _ in scenario.phases():
                for host in version.hosts:
                    key = (version.name, host.label)
                    if host.shares is not None:
                        self._places[key] = self._places[version.name, host.shares]
                    elif key not in self._places:
                        self._places[key] = (next(v4_pool), str(MX_V6[len(self._places) + 1]))

    def hosts(self, scenarios: Iterable[Scenario]) -> list[PlacedHost]:
        return [self.place(scenario, host) for scenario in scenarios for host in scenario.hosts]

    def place(self, scenario: Scenario, host: Host) -> PlacedHost:
        v4, v6 = self._places[scenario.name, host.label]
        return PlacedHost(scenario, host, scenario.host_name(host), v4 if "4" in host.family else None, v6 if "6" in host.family else None)

    def address(self, scenario: Scenario, label: str) -> str:
        """One address of a host."""
        return self.place(scenario, next(h for h in scenario.hosts if h.label == label)).addresses[0]
