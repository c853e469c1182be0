"""What one scenario of the lab is. Everything the lab runs is generated from these values."""

from dataclasses import dataclass, field

# Below this name every recipient domain of the lab lives; RFC 2606 reserves it for uses like this.
TOP = "example"


@dataclass(frozen=True)
class Cert:
    """A server certificate. names: DNS names in its SAN, None for the host it serves."""

    names: tuple[str, ...] | None = None
    issuer: str = "lab"  # "lab": chains to the CA that Weft trusts; "unknown": to one it does not know


@dataclass(frozen=True)
class TLSA:
    """A TLSA record (RFC 6698 2.1) computed from what the host presents."""

    usage: int = 3
    selector: int = 1
    matching: int = 1
    of: str = "leaf"  # "leaf", "issuer" (the CA certificate sent with it), or "other": data that matches nothing


@dataclass(frozen=True)
class Host:
    """One MX host: a Postfix smtpd listener on an address of its own."""

    label: str = "mx"  # relative to the scenario's domain, or with a final dot: the whole name
    preference: int | None = 10  # None: a host, but not in the MX set
    cert: Cert = Cert()
    tlsa: tuple[TLSA, ...] = ()
    tls: str = "on"  # "on"; "none": a server without TLS; "stripped": STARTTLS removed from its EHLO reply on the way
    family: str = "4"  # "4", "6" or "46": which addresses it has


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


@dataclass(frozen=True)
class Expect:
    """What must become of the message, and what Weft must have decided."""

    result: str  # "delivered", "deferred" or "bounced"
    policy: str  # keys and words of `weft decisions --json`
    reason: str
    reply: str = ""  # how the reply begins, when it is not a success
    would: str | None = None  # what enforcement would have done, where it was not applied
    level: str | None = None  # how well the leg was protected; None: does not matter


@dataclass(frozen=True)
class Scenario:
    name: str  # the domain is NAME.example
    title: str
    expect: Expect
    hosts: tuple[Host, ...] = (Host(),)
    # "signed", "unsigned" (an insecure delegation), "expired" (signatures out of date), "wrong-ds" (the parent's DS fits no key).
    dns: str = "unsigned"
    # More zones, name -> as `dns`; relative to the domain, or with a final dot: the whole name, below TOP.
    zones: dict[str, str] = field(default_factory=dict)
    # More records, in zone file syntax; the owner is relative to the domain, "@" for the domain itself, or whole.
    records: tuple[str, ...] = ()
    sts: STS | None = None
    # Label of the host the MTA is told to send to, where its own look-up would end the matter before Weft sees it.
    route: str | None = None
    # What the MTA does on its own, without Weft: with Debian's configuration, and with smtp_tls_security_level = dane.
    direct: str = "delivered"
    oracle: str = "delivered"

    @property
    def domain(self) -> str:
        return f"{self.name}.{TOP}"

    def absolute(self, name: str) -> str:
        """A name of this scenario in full, without a final dot."""
        if name == "@":
            return self.domain
        return name.removesuffix(".") if name.endswith(".") else f"{name}.{self.domain}"

    def host_name(self, host: Host) -> str:
        return self.absolute(host.label)

    @property
    def policy_host(self) -> str:
        return f"mta-sts.{self.domain}"

    def policy_text(self) -> str:
        assert self.sts is not None
        mx = self.sts.mx if self.sts.mx is not None else tuple(map(self.host_name, self.hosts))
        fields = ["version: STSv1", f"mode: {self.sts.mode}", *(f"mx: {m}" for m in mx), f"max_age: {self.sts.max_age}"]
        return "\r\n".join(fields) + "\r\n"
