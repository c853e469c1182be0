"""Where Postfix, enforcing a policy by itself, does something else than Weft, and why. docs/oracles.md has the same as a table."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from .model import Scenario


@dataclass(frozen=True)
class Difference:
    """What becomes of the message there, and why that is not what Weft does."""

    oracle: str  # "dane" or "sts"
    rows: tuple[str, ...]  # names, or patterns of them
    result: str
    why: str


DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        "dane",
        ("dane-ta-insecure-mx-next-hop",),
        "delivered",
        "Postfix accepts a certificate for the next-hop domain whatever the status of the MX record. Weft takes the next-hop "
        "domain as a reference identifier only where the MX record is secure: else nobody vouches that host and domain belong "
        "together (RFC 7672 3.2.2).",
    ),
    Difference(
        "dane",
        ("shared-dane-bad",),
        "delivered",
        "Postfix knows which MX host it means and that it has no TLSA records. Weft sees an address only, at which there is also "
        "a host with TLSA records; a leg that may be that host must satisfy them (RFC 7672 2.2). Hosts at one address are one "
        "server to Weft.",
    ),
    Difference(
        "dane",
        ("smtp-inject", "smtp-handshake-*", "smtp-strict-sni"),
        "deferred",
        "Postfix goes on in clear after a failed handshake, too, but not before the message has been in its queue for a while; "
        "Weft dials again at once (RFC 7435 3). The outcome of later attempts is the same.",
    ),
    Difference(
        "dane",
        ("smtp-endless-*",),
        "delivered",
        "Postfix reads on and forgets what is too long. Weft bounds a reply to 100 lines of 4096 octets, far above what RFC 5321 "
        "4.5.3.1 demands, and takes more for an attack; the mail is deferred, not lost.",
    ),
    Difference(
        "dane",
        ("smtp-*-unusable",),
        "bounced",
        "The leg must be encrypted and nobody has authenticated it. Postfix believes the 5xx; to Weft it may be anybody's, so it "
        "becomes a 4xx and the mail stays in the queue. RFC 7672 2.2 says nothing about it; that an active attacker must not be "
        "able to bounce mail follows from its purpose (1.3.1).",
    ),
    Difference(
        "dane",
        ("smtp-starttls-501-dane",),
        "bounced",
        "Postfix takes 501 to STARTTLS for a permanent error. It is said in clear, by anybody on the way; RFC 7672 2.2 has the "
        "delivery delayed.",
    ),
    Difference(
        "dane",
        ("null-mx-beside",),
        "bounced",
        "Postfix takes a null MX beside others for a null MX. RFC 7505 3 wants it to be the only record, so a domain that has "
        "others is mistaken and not closed; Weft ignores the null one. (In Weft's run the MTA has a route.)",
    ),
    Difference(
        "sts",
        ("null-mx-beside-sts",),
        "bounced",
        "As null-mx-beside.",
    ),
    Difference(
        "sts",
        ("dane-fails-sts-passes", "bogus-tlsa-sts", "servfail-tlsa-sts", "insecure-mx-dane-fails"),
        "delivered",
        "The resolver's answer replaces Postfix's security level, so that MTA-STS rescues a failing DANE: RFC 8461 2 forbids it "
        "(\"MUST NOT override a failing DANE validation\").",
    ),
    Difference(
        "sts",
        ("dane-passes-sts-fails", "dane-passes-sts-other-mx"),
        "deferred",
        "As above, the other way round: the resolver's answer replaces DANE. In Weft usable TLSA records decide (RFC 8461 2), and "
        "MTA-STS is recorded beside.",
    ),
    Difference(
        "sts",
        ("sts-cert-common-name",),
        "delivered",
        "Postfix falls back to the common name where there is no DNS-ID. RFC 8461 4.2 demands a DNS-ID (RFC 6125).",
    ),
    Difference(
        "sts",
        ("sts-pattern-deep",),
        "delivered",
        "The resolver passes `*.example.com` on as `.example.com`, which is any number of labels to Postfix. RFC 8461 4.1: "
        "exactly one.",
    ),
    Difference(
        "sts",
        ("sts-pattern-not-host",),
        "delivered",
        "Postfix compares the certificate with the policy's patterns, not with the host. RFC 8461 4.1 and 4.2 want both: the host "
        "must match a pattern, and the certificate the host.",
    ),
    Difference(
        "sts",
        ("sts-txt-bad-id", "sts-txt-long-id", "sts-txt-empty-id"),
        "deferred",
        "The resolver takes any id. To Weft the record is invalid, which is as if there were none (RFC 8461 3.1: 1*32 letters and "
        "digits).",
    ),
    Difference(
        "sts",
        ("sts-text-mode-twice",),
        "delivered",
        "The resolver takes the last of two modes. RFC 8461 3.2: all but the first are ignored.",
    ),
    Difference(
        "sts",
        ("sts-text-mode-none-first",),
        "deferred",
        "As sts-text-mode-twice.",
    ),
    Difference(
        "sts",
        ("sts-text-max-age-large",),
        "delivered",
        "The resolver refuses a policy whose max_age is above the maximum, and so drops its protection. Weft keeps the policy for "
        "the maximum of RFC 8461 3.2.",
    ),
    Difference(
        "sts",
        ("sts-text-malformed", "sts-text-mx-syntax"),
        "deferred",
        "The resolver skips what it does not understand. RFC 8461 3.2 has a grammar, and a text that breaks it is no policy. A "
        "policy that is in the cache stays in force.",
    ),
    Difference(
        "sts",
        ("sts-text-cr",),
        "deferred",
        "The resolver ends lines at CR as well. RFC 8461 3.2: LF or CRLF.",
    ),
    Difference(
        "sts",
        ("sts-host-gzip",),
        "deferred",
        "The resolver offers compression and decodes it. Weft asks for none, and refuses what is compressed all the same: the cap "
        "of 64 KiB (RFC 8461 3.3) is on what was sent.",
    ),
    Difference(
        "sts",
        ("sts-host-common-name",),
        "deferred",
        "Python falls back to the common name of the policy host's certificate. RFC 8461 3.3 demands a DNS-ID.",
    ),
    Difference(
        "sts",
        ("sts-host-stalled", "cache-slow"),
        "delivered",
        "After its time-out the resolver says that there is no policy. Weft holds the first messages to such a domain (`on-"
        "pending = \"defer\"`): RFC 8461 10.2 names the attack, who delays the policy host delivers in clear.",
    ),
    Difference(
        "sts",
        ("smtp-starttls-501-sts",),
        "bounced",
        "As smtp-starttls-501-dane; RFC 8461 5 has failures treated as transient.",
    ),
)


def difference(row: str, oracle: str) -> Difference | None:
    return next((d for d in DIFFERENCES if d.oracle == oracle and any(fnmatchcase(row, pattern) for pattern in d.rows)), None)


def markdown(scenarios: Iterable[Scenario]) -> str:
    """The differences as a table, with the rows that each is about."""
    rows = [(row, version) for scenario in scenarios for row, version, _ in scenario.phases()[:1]]
    lines = []
    for oracle, title in (("dane", "DANE"), ("sts", "MTA-STS")):
        compared = [(row, version) for row, version in rows if is_comparable(version, oracle)]
        different = [(row, version, d) for row, version in compared if (d := difference(row, oracle)) is not None]
        lines += [f"### {title}: {len(compared)} rows compared, {len(different)} differ", ""]
        lines += ["| row | Weft | Postfix | why |", "|---|---|---|---|"]
        for d in DIFFERENCES:
            concerned = [(row, version) for row, version, other in different if other is d]
            if d.oracle == oracle:
                assert concerned, f"a difference is about no row: {d.rows}"
                names = ", ".join(row for row, _ in concerned)
                lines.append(f"| {names} | {concerned[0][1].expect.result} | {d.result} | {d.why} |")
        lines.append("")
    return "\n".join(lines)


def is_comparable(scenario: Scenario, oracle: str) -> bool:
    """Whether the oracle is asked about a scenario: not where Weft is configured for it, where the MTA must be led astray, or where the
    policy that decides is one that the oracle does not have."""
    led_astray = any(host.label == scenario.route and host.preference is None for host in scenario.hosts)
    if scenario.weft or led_astray:
        return False
    if oracle == "dane":
        return scenario.sts is None or scenario.expect.policy == "dane"
    return scenario.sts is not None
