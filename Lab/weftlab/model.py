"""What one scenario of the lab is. Everything the lab runs is generated from these values."""

from dataclasses import dataclass, field, replace

# Below this name every recipient domain of the lab lives; RFC 2606 reserves it for uses like this.
TOP = "example"


@dataclass(frozen=True)
class Cert:
    """A server certificate. names: DNS names in its SAN, None for the host it serves, empty for no SAN at all."""

    names: tuple[str, ...] | None = None
    issuer: str = "lab"  # "lab": chains to the CA that Weft trusts; "unknown": to one it does not know; "self": signed by itself
    validity: str = "now"  # or "expired", "future"
    chain: str = "full"  # leaf and issuing CA; "leaf": the issuing CA is not sent; "root": the root is sent, too
    purpose: str = "serverAuth"  # its extended key usage, or "clientAuth"
    generation: int = 1  # to tell apart certificates that are alike, before and after a rollover

    def authenticates(self, host: str) -> bool | None:
        """Whether PKIX does by this certificate; None where implementations differ."""
        if self.names is not None and (not self.names or any("*" in name.removeprefix("*.") for name in self.names)):
            return None
        if self.issuer != "lab" or self.validity != "now" or self.chain == "leaf" or self.purpose != "serverAuth":
            return False
        names = [name.lower() for name in self.names] if self.names is not None else [host]
        return host in names or f"*.{host.partition('.')[2]}" in names


@dataclass(frozen=True)
class TLSA:
    """A TLSA record (RFC 6698 2.1) computed from what the host presents."""

    usage: int = 3
    selector: int = 1
    matching: int = 1
    # "leaf", "issuer" (the CA that issued it, whether sent or not), "root" (the CA above), or "other": data that matches nothing
    of: str = "leaf"
    cert: Cert | None = None  # of this certificate of the host, instead of the one it presents
    length: int | None = None  # the data is cut to so many octets


@dataclass(frozen=True)
class Host:
    """One MX host: a listener on an address of its own."""

    label: str = "mx"  # relative to the scenario's domain, "@" for the domain itself, or with a final dot: the whole name
    preference: int | None = 10  # None: a host, but not in the MX set
    cert: Cert = Cert()
    tlsa: tuple[TLSA, ...] = ()
    tls: str = "on"  # "on"; "none": a server without TLS; "stripped": STARTTLS removed from its EHLO reply on the way
    family: str = "4"  # "4", "6" or "46": which addresses it has
    presents: str | None = None  # the label of the host whose certificate it presents, if not its own
    shares: str | None = None  # the label of an earlier host at whose address it is; SNI tells the two apart there
    published: bool = True  # False: DNS does not name its address
    # "postfix"; "none": nobody listens; or a misbehaviour of faultyserver.py
    server: str = "postfix"


@dataclass(frozen=True)
class STS:
    """An MTA-STS policy (RFC 8461) and the web server that serves it. mx None: the scenario's hosts."""

    mode: str = "enforce"
    mx: tuple[str, ...] | None = None
    max_age: int = 604800
    id: str = "20260101"
    cert: Cert = Cert()
    status: int = 200
    content_type: str = "text/plain"
    line_end: str = "\r\n"
    text: str | None = None  # the whole text, instead of the one made of the fields above
    txt: tuple[str, ...] | None = None  # the TXT records of _mta-sts, in zone file syntax, instead of one with the id
    # The address of the policy host, in place of the lab's web server; "" for no address.
    address: str | None = None
    # "gzip": the body is compressed; "redirect": to a URL with the policy; "slow": at RATE octets a second; "stalled": 1 octet a second.
    fault: str | None = None


@dataclass(frozen=True)
class Expect:
    """What must become of the message, and what Weft must have decided."""

    result: str  # "delivered", "deferred" or "bounced"
    policy: str | None  # keys and words of `weft decisions --json`; None: it comes to no decision
    reason: str | None
    reply: str = ""  # how the reply begins, when it is not a success
    would: str | None = None  # what enforcement would have done, where it was not applied
    level: str | None = None  # how well the leg was protected; None: does not matter
    type: str | None = None  # the result type of TLS reports (RFC 8460 4.3)
    mail_commands: int | None = None  # MAIL FROM at the MX hosts; None: one if delivered, else none
    mx: str | None = None  # label of the host that the verdict is about; None: does not matter


@dataclass(frozen=True)
class Phase:
    """Another message to the same domain, after something has changed."""

    title: str
    expect: Expect
    changes: dict = field(default_factory=dict)  # fields of the scenario and their new values
    flush: bool = False  # the MTA's resolver forgets the domain
    rfc: str = ""  # if another section matters than before


@dataclass(frozen=True)
class Scenario:
    name: str  # the domain is NAME.example, unless `label` says otherwise
    title: str
    expect: Expect
    rfc: str = ""  # the section that says so
    hosts: tuple[Host, ...] = (Host(),)
    # "signed", "unsigned" (an insecure delegation), "expired" (signatures out of date), "wrong-ds" (the parent's DS fits no key),
    # "absent" (the domain does not exist).
    dns: str = "unsigned"
    # More zones, name -> as `dns`; relative to the domain, or with a final dot: the whole name, below TOP.
    zones: dict[str, str] = field(default_factory=dict)
    # More records, in zone file syntax; the owner is relative to the domain, "@" for the domain itself, or whole. {domain} is replaced.
    records: tuple[str, ...] = ()
    ttl: int = 300  # seconds, of all records
    # "OWNER TYPE" -> "servfail", "refused" or "silence": what the authoritative server answers to that question.
    dns_faults: dict[str, str] = field(default_factory=dict)
    # "OWNER TYPE" of RRsets whose signature is wrong.
    spoiled: tuple[str, ...] = ()
    sts: STS | None = None
    # Label of the host whose address the MTA is told to send to, where its own look-up would end the matter before Weft sees it.
    route: str | None = None
    label: str | None = None  # the domain is LABEL.example
    mail_to: str | None = None  # mail goes to this domain instead
    weft: dict[str, str] = field(default_factory=dict)  # [[domain]] settings in Weft's configuration
    then: Phase | None = None
    restarted: Phase | None = None  # after `then`, if there is one, and after a restart of Weft
    demo: bool = False  # part of `make demo`

    @property
    def domain(self) -> str:
        return f"{self.label or self.name}.{TOP}"

    @property
    def recipient_domain(self) -> str:
        return self.mail_to or self.domain

    @property
    def policy_domain(self) -> str:
        """The recipient domain as Weft writes it (A-label)."""
        return self.recipient_domain.encode("idna").decode() if not self.recipient_domain.isascii() else self.recipient_domain

    @property
    def more_domains(self) -> list[str]:
        """What has an MX record of its own below this domain."""
        owners = (record.split()[0] for record in self.records if record.split()[1] == "MX")
        return [self.absolute(owner) for owner in owners if owner != "@"]

    def absolute(self, name: str) -> str:
        """A name of this scenario in full, without a final dot."""
        if name == "@":
            return self.domain
        return name.removesuffix(".") if name.endswith(".") else f"{name}.{self.domain}"

    def host_name(self, host: Host) -> str:
        return self.absolute(host.label)

    def question(self, text: str) -> tuple[str, str]:
        """OWNER TYPE of `dns_faults` and `spoiled`: the owner with its final dot, and the type."""
        owner, kind = text.split()
        return f"{self.absolute(owner)}.", kind

    @property
    def policy_host(self) -> str:
        return f"mta-sts.{self.domain}"

    def policy_text(self) -> str:
        assert self.sts is not None
        if self.sts.text is not None:
            return self.sts.text.replace("{domain}", self.domain)
        mx = self.sts.mx if self.sts.mx is not None else tuple(self.host_name(h) for h in self.hosts if h.preference is not None)
        lines = ["version: STSv1", f"mode: {self.sts.mode}", *(f"mx: {m}" for m in mx), f"max_age: {self.sts.max_age}"]
        return "".join(line.replace("{domain}", self.domain) + self.sts.line_end for line in lines)

    def phases(self) -> "list[tuple[str, Scenario, Phase | None]]":
        """Each message's row name, with the scenario as it is then and what changed before."""
        found: list[tuple[str, Scenario, Phase | None]] = [(self.name, self, None)]
        for suffix, phase in (("then", self.then), ("restarted", self.restarted)):
            if phase is not None:
                changed = replace(found[-1][1], expect=phase.expect, title=phase.title, rfc=phase.rfc or found[-1][1].rfc, **phase.changes)
                found.append((f"{self.name}/{suffix}", changed, phase))
        return found
