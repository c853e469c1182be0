"""The DNS tree of the lab: a signed root, a signed top level domain like those of the real world (NSEC3, opt-out), and below it
one zone, or more, for each scenario. One key signs them all: its tag and its public part do not depend on the zone's name."""

import base64
import hashlib
import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from . import plan
from .model import TOP, Scenario
from .pki import PKI, tlsa_rdata
from .processes import LabError, run, write

TTL = 300
DAY = 86400
# The one name server's name: at the top, so that no zone needs glue but the root.
SERVER = "ns."


@dataclass
class Zone:
    origin: str  # with its final dot
    dns: str  # as in Scenario.dns
    records: list[str] = field(default_factory=list)


class Key:
    """The lab's signing key: ECDSA P-256, used as KSK and ZSK at once (RFC 6781 3.1, a combined signing key)."""

    def __init__(self, directory: Path):
        base = run(["ldns-keygen", "-a", "ECDSAP256SHA256", "-k", "."], cwd=directory).stdout.strip()
        self.base = directory / base
        public = self.base.with_name(base + ".key")
        self.rdata = " ".join(public.read_text().split(";")[0].split("DNSKEY")[1].split())
        # The signer takes the public key from the zone; this file would give it the root's name as owner.
        public.unlink()
        flags, protocol, algorithm, key = self.rdata.split()
        self.algorithm = int(algorithm)
        self.wire = int(flags).to_bytes(2, "big") + bytes([int(protocol), self.algorithm]) + base64.b64decode(key)

    @property
    def tag(self) -> int:
        """RFC 4034 appendix B."""
        total = sum(byte << 8 if position % 2 == 0 else byte for position, byte in enumerate(self.wire))
        return (total + (total >> 16)) & 0xFFFF

    def ds(self, origin: str, fits: bool = True) -> str:
        """RFC 4034 5.1.4; fits False: the digest of another key."""
        digest = hashlib.sha256(_wire_name(origin) + (self.wire if fits else self.wire[::-1])).hexdigest()
        return f"{self.tag} {self.algorithm} 2 {digest}"


class Tree:
    """All zones, from the scenarios, and the files of them."""

    def __init__(self, scenarios: Iterable[Scenario], hosts: list[plan.PlacedHost], pki: PKI):
        self.zones: dict[str, Zone] = {}
        self._zone(".", "signed")
        self._add(SERVER, "A", plan.NAME_SERVER)
        self._zone(f"{TOP}.", "signed")
        for scenario in scenarios:
            self._zone(f"{scenario.domain}.", scenario.dns)
            for name, dns in scenario.zones.items():
                self._zone(f"{scenario.absolute(name)}.", dns)
        for placed in hosts:
            self._host(placed, pki)
        for scenario in scenarios:
            self._policy(scenario)
            for line in scenario.records:
                owner, kind, rdata = line.split(None, 2)
                self._add(f"{scenario.absolute(owner)}.", kind, rdata)

    def _zone(self, origin: str, dns: str) -> None:
        self.zones[origin] = Zone(origin, dns)

    def _host(self, placed: plan.PlacedHost, pki: PKI) -> None:
        host, name = placed.host, f"{placed.name}."
        if host.preference is not None:
            self._add(f"{placed.scenario.domain}.", "MX", f"{host.preference} {name}")
        if placed.v4 is not None:
            self._add(name, "A", placed.v4)
        if placed.v6 is not None:
            self._add(name, "AAAA", placed.v6)
        for record in host.tlsa:
            self._add(f"_25._tcp.{name}", "TLSA", tlsa_rdata(record, pki.server(host.cert, placed.name)))

    def _policy(self, scenario: Scenario) -> None:
        if scenario.sts is not None:
            self._add(f"_mta-sts.{scenario.domain}.", "TXT", f'"v=STSv1; id={scenario.sts.id};"')
            self._add(f"{scenario.policy_host}.", "A", plan.POLICY_HOST)

    def _add(self, owner: str, kind: str, rdata: str) -> None:
        self.closest(owner).records.append(f"{owner} {kind} {rdata}")

    def closest(self, owner: str) -> Zone:
        """The zone a name is in: the longest origin that it ends with."""
        while owner not in self.zones:
            owner = _parent(owner)
        return self.zones[owner]

    def status(self, name: str) -> str:
        """What a validating resolver makes of a name: an insecure delegation ends the chain of trust for all that is below it."""
        while (zone := self.closest(name)).origin != ".":
            if zone.dns != "signed":
                above = self.status(_parent(zone.origin))
                return {"unsigned": "insecure"}.get(zone.dns, "bogus") if above == "secure" else above
            name = _parent(zone.origin)
        return "secure"

    def write(self, directory: Path) -> Key:
        """Writes and signs the zone files; returns the key, whose public part is the trust anchor."""
        directory.mkdir()
        key = Key(directory)
        for zone in self.zones.values():
            if zone.origin != ".":
                self._delegate(zone, key)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda zone: self._write(directory, zone, key), self.zones.values()))
        return key

    def _delegate(self, zone: Zone, key: Key) -> None:
        parent = self.closest(_parent(zone.origin))
        parent.records.append(f"{zone.origin} NS {SERVER}")
        if zone.dns != "unsigned":
            parent.records.append(f"{zone.origin} DS {key.ds(zone.origin, fits=zone.dns != 'wrong-ds')}")

    @staticmethod
    def _write(directory: Path, zone: Zone, key: Key) -> None:
        head = [f"$TTL {TTL}", f"{zone.origin} SOA {SERVER} hostmaster.{TOP}. 1 3600 600 {7 * DAY} {TTL}", f"{zone.origin} NS {SERVER}"]
        file = zone_file(directory, zone.origin)
        if zone.dns == "unsigned":
            write(file, "\n".join([*head, *zone.records, ""]))
            return
        now = int(time.time())
        inception, expiration = {"signed": (-DAY, 30 * DAY), "wrong-ds": (-DAY, 30 * DAY), "expired": (-30 * DAY, -DAY)}[zone.dns]
        source = write(file.with_suffix(".unsigned"), "\n".join([*head, f"{zone.origin} DNSKEY {key.rdata}", *zone.records, ""]))
        nsec3 = ["-n", "-p", "-t", "0"] if zone.origin == f"{TOP}." else []
        validity = ["-i", str(now + inception), "-e", str(now + expiration)]
        run(["ldns-signzone", *nsec3, *validity, "-o", zone.origin, "-f", str(file), str(source), str(key.base)])
        if "RRSIG" not in file.read_text():
            raise LabError(f"ldns-signzone left {zone.origin} unsigned")


def zone_file(directory: Path, origin: str) -> Path:
    return directory / ("root.zone" if origin == "." else f"{origin}zone")


def _parent(name: str) -> str:
    return name.partition(".")[2] or "."


def _wire_name(name: str) -> bytes:
    labels = [label.encode() for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
