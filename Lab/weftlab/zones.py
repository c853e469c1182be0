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
# The name servers' names: at the top, so that no zone needs glue but the root. The second is in front of the first, and misbehaves.
SERVER = "ns."
FAULTY_SERVER = "faulty-ns."


@dataclass
class Zone:
    origin: str  # with its final dot
    dns: str  # as in Scenario.dns
    server: str = SERVER
    ttl: int = TTL
    spoiled: list[tuple[str, str]] = field(default_factory=list)  # owner and type of RRsets whose signature is wrong
    records: list[str] = field(default_factory=list)

    @property
    def insecure_delegations(self) -> list[str]:
        """The NS records of delegations without DS."""
        split = [(record, *record.split()) for record in self.records]
        secure = {owner for _, owner, *rest in split if "DS" in rest[:2]}
        return [record for record, owner, *rest in split if "NS" in rest[:2] and owner not in secure and owner != self.origin]


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
        self._zone(Zone(".", "signed"))
        self._add(SERVER, "A", plan.NAME_SERVER)
        self._add(FAULTY_SERVER, "A", plan.FAULTY_NAME_SERVER)
        self._zone(Zone(f"{TOP}.", "signed"))
        for scenario in scenarios:
            server = FAULTY_SERVER if scenario.dns_faults else SERVER
            for name, dns in {"@": scenario.dns, **scenario.zones}.items():
                if dns != "absent":
                    self._zone(Zone(f"{scenario.absolute(name)}.", dns, server, scenario.ttl))
            for owner, kind in map(scenario.question, scenario.spoiled):
                self.closest(owner).spoiled.append((owner, kind))
        for placed in hosts:
            self._host(placed, pki)
        for scenario in scenarios:
            self._policy(scenario)
            for line in scenario.records:
                owner, kind, rdata = line.replace("{domain}", scenario.domain).split(None, 2)
                self._add(f"{scenario.absolute(owner)}.", kind, rdata)

    def _zone(self, zone: Zone) -> None:
        self.zones[zone.origin] = zone

    def _host(self, placed: plan.PlacedHost, pki: PKI) -> None:
        host, name = placed.host, f"{placed.name}."
        if host.preference is not None:
            self._add(f"{placed.scenario.domain}.", "MX", f"{host.preference} {name}")
        if host.published and placed.v4 is not None:
            self._add(name, "A", placed.v4)
        if host.published and placed.v6 is not None:
            self._add(name, "AAAA", placed.v6)
        for record in host.tlsa:
            self._add(f"_25._tcp.{name}", "TLSA", tlsa_rdata(record, pki, host.cert, placed.certified_name))

    def _policy(self, scenario: Scenario) -> None:
        if (sts := scenario.sts) is None:
            return
        for text in sts.txt if sts.txt is not None else (f'"v=STSv1; id={sts.id};"',):
            self._add(f"_mta-sts.{scenario.domain}.", "TXT", text)
        address = plan.POLICY_HOST if sts.address is None else sts.address
        if address:
            self._add(f"{scenario.policy_host}.", "AAAA" if ":" in address else "A", address)

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

    def write(self, directory: Path, key: Key, like: "Tree | None" = None) -> None:
        """Writes and signs the zone files, but for those that are as in another tree, which was written before."""
        directory.mkdir(exist_ok=True)
        for zone in self.zones.values():
            if zone.origin != ".":
                self._delegate(zone, key)
        changed = [zone for zone in self.zones.values() if like is None or like.zones.get(zone.origin) != zone]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda zone: self._write(directory, zone, key), changed))

    def _delegate(self, zone: Zone, key: Key) -> None:
        parent = self.closest(_parent(zone.origin))
        parent.records.append(f"{zone.origin} {zone.ttl} NS {zone.server}")
        if zone.dns != "unsigned":
            parent.records.append(f"{zone.origin} {zone.ttl} DS {key.ds(zone.origin, fits=zone.dns != 'wrong-ds')}")

    @staticmethod
    def _write(directory: Path, zone: Zone, key: Key) -> None:
        start_of_authority = f"{zone.origin} SOA {SERVER} hostmaster.{TOP}. 1 3600 600 {7 * DAY} {zone.ttl}"
        head = [f"$TTL {zone.ttl}", start_of_authority, f"{zone.origin} NS {zone.server}"]
        file = zone_file(directory, zone.origin)
        if zone.dns == "unsigned":
            write(file, "\n".join([*head, *zone.records, ""]))
            return
        now = int(time.time())
        inception, expiration = {"signed": (-DAY, 30 * DAY), "wrong-ds": (-DAY, 30 * DAY), "expired": (-30 * DAY, -DAY)}[zone.dns]
        is_opt_out = zone.origin == f"{TOP}."
        # The signer gives every delegation an NSEC3 record. Opt-out means that insecure ones have none (RFC 5155 6), so they come later.
        left_out = zone.insecure_delegations if is_opt_out else []
        records = [record for record in zone.records if record not in left_out]
        source = write(file.with_suffix(".unsigned"), "\n".join([*head, f"{zone.origin} DNSKEY {key.rdata}", *records, ""]))
        nsec3 = ["-n", "-p", "-t", "0"] if is_opt_out else []
        validity = ["-i", str(now + inception), "-e", str(now + expiration)]
        run(["ldns-signzone", *nsec3, *validity, "-o", zone.origin, "-f", str(file), str(source), str(key.base)])
        if "RRSIG" not in file.read_text():
            raise LabError(f"ldns-signzone left {zone.origin} unsigned")
        with file.open("a") as signed:
            signed.writelines(f"{record}\n" for record in left_out)
        if zone.spoiled:
            write(file, "".join(_spoil(line, zone.spoiled) for line in file.read_text().splitlines(keepends=True)))


def _spoil(line: str, spoiled: list[tuple[str, str]]) -> str:
    """The line, with a wrong signature if it is one over a spoiled RRset."""
    fields = line.split()
    if len(fields) < 13 or fields[3] != "RRSIG" or (fields[0].lower(), fields[4]) not in spoiled:
        return line
    signature = bytearray(base64.b64decode(fields[12]))
    signature[10] ^= 1
    return " ".join([*fields[:12], base64.b64encode(signature).decode()]) + "\n"


def zone_file(directory: Path, origin: str) -> Path:
    return directory / ("root.zone" if origin == "." else f"{origin}zone")


def _parent(name: str) -> str:
    return name.partition(".")[2] or "."


def _wire_name(name: str) -> bytes:
    labels = [label.encode() for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
