"""TLSA records of every kind, and sets of them (RFC 6698, RFC 7671, RFC 7672)."""

from ..model import STS, TLSA, Cert, Expect, Host, Scenario
from .common import DANE_FAILS, DANE_NO_STARTTLS, DANE_OK, DANE_UNUSABLE, OTHER, STS_NOT_TRUSTED, STS_OK, UNKNOWN


def tlsa(
    name: str, title: str, expect: Expect, rfc: str, *records: TLSA, cert: Cert = UNKNOWN, tls: str = "on", sts: STS | None = None
) -> Scenario:
    return Scenario(f"tlsa-{name}", title, expect, rfc, dns="signed", hosts=(Host(tlsa=records, cert=cert, tls=tls),), sts=sts)


def parameters() -> tuple[Scenario, ...]:
    """Both usages that SMTP has, with each selector and matching type."""
    rows = []
    for usage, of, section in ((3, "leaf", "3.1.1"), (2, "issuer", "3.1.2")):
        for selector in (0, 1):
            for matching in (0, 1, 2):
                if (usage, selector, matching) != (3, 1, 1):  # that one is in the demonstration
                    record = TLSA(usage, selector, matching, of)
                    name = f"{usage}-{selector}-{matching}"
                    rows.append(tlsa(name, f"TLSA {name.replace('-', ' ')} matches", DANE_OK, f"RFC 7672 {section}", record))
    return tuple(rows)


MATCHING: tuple[Scenario, ...] = (
    tlsa(
        "2-root",
        "TLSA 2 0 1 of the root, which is sent",
        DANE_OK,
        "RFC 7672 3.1.2",
        TLSA(2, 0, 1, "root"),
        cert=Cert(issuer="unknown", chain="root"),
    ),
    tlsa(
        "2-leaf", "TLSA 2 0 1 of the server's own certificate: that is no trust anchor", DANE_FAILS, "RFC 7671 5.2", TLSA(2, 0, 1, "leaf")
    ),
    tlsa("2-other", "TLSA 2 1 1 of another CA", DANE_FAILS, "RFC 7672 3.1.2", TLSA(2, 1, 1, "other")),
    tlsa(
        "3-issuer", "TLSA 3 0 1 of the issuing CA: usage 3 is about the leaf alone", DANE_FAILS, "RFC 7672 3.1.1", TLSA(3, 0, 1, "issuer")
    ),
    tlsa("selector-confused", "TLSA 3 0 1 with the digest of the key", DANE_FAILS, "RFC 6698 2.1.2", TLSA(3, 0, 1, "other")),
)

SETS: tuple[Scenario, ...] = (
    tlsa("one-of-two", "two TLSA 3 1 1, the second matches", DANE_OK, "RFC 7672 3.1.1", OTHER, TLSA()),
    tlsa(
        "one-of-five",
        "five TLSA records, one matches",
        DANE_OK,
        "RFC 7672 3.1.1",
        OTHER,
        TLSA(3, 0, 1, "other"),
        TLSA(2, 1, 1, "other"),
        TLSA(2, 0, 1, "other"),
        TLSA(2, 0, 2, "issuer"),
    ),
    tlsa(
        "rollover-ahead",
        "TLSA of the present certificate and of the next",
        DANE_OK,
        "RFC 7671 8.1",
        TLSA(),
        TLSA(cert=Cert(issuer="unknown", generation=2)),
    ),
    tlsa("key-and-ca", "TLSA 3 1 1 is old, 2 1 1 of the CA matches", DANE_OK, "RFC 7671 8.4", OTHER, TLSA(2, 1, 1, "issuer")),
    tlsa(
        "none-of-three",
        "three TLSA records, none matches",
        DANE_FAILS,
        "RFC 7672 2.2",
        OTHER,
        TLSA(3, 0, 2, "other"),
        TLSA(2, 1, 1, "other"),
    ),
    # Digest agility: of the digests of one usage and selector, only the strongest counts.
    tlsa(
        "agility-weak-matches",
        "TLSA 3 1 1 matches, 3 1 2 does not: the stronger digest counts",
        DANE_FAILS,
        "RFC 7671 9",
        TLSA(3, 1, 1),
        TLSA(3, 1, 2, "other"),
    ),
    tlsa("agility-strong-matches", "TLSA 3 1 2 matches, 3 1 1 does not", DANE_OK, "RFC 7671 9", TLSA(3, 1, 1, "other"), TLSA(3, 1, 2)),
    tlsa(
        "agility-full",
        "TLSA 3 1 0 matches, 3 1 2 does not: what is no digest always counts",
        DANE_OK,
        "RFC 7671 9",
        TLSA(3, 1, 0),
        TLSA(3, 1, 2, "other"),
    ),
    tlsa(
        "agility-selectors",
        "TLSA 3 0 1 matches, 3 1 2 does not: another selector is another matter",
        DANE_OK,
        "RFC 7671 9",
        TLSA(3, 0, 1),
        TLSA(3, 1, 2, "other"),
    ),
    tlsa(
        "agility-usages",
        "TLSA 2 1 1 matches, 3 1 2 does not: another usage is another matter",
        DANE_OK,
        "RFC 7671 9",
        TLSA(2, 1, 1, "issuer"),
        TLSA(3, 1, 2, "other"),
    ),
    tlsa(
        "agility-unusable",
        "TLSA 3 1 1 matches beside a 3 1 2 that is too short: unusable, so it does not count",
        DANE_OK,
        "RFC 7671 9",
        TLSA(3, 1, 1),
        TLSA(3, 1, 2, "other", length=40),
    ),
)

UNUSABLE: tuple[Scenario, ...] = (
    tlsa("0-0-1", "TLSA 0 0 1 only (PKIX-TA)", DANE_UNUSABLE, "RFC 7672 3.1.3", TLSA(0, 0, 1, "issuer")),
    tlsa("1-1-1", "TLSA 1 1 1 only (PKIX-EE)", DANE_UNUSABLE, "RFC 7672 3.1.3", TLSA(1, 1, 1)),
    tlsa("usage-4", "TLSA 4 1 1 only: a usage nobody knows", DANE_UNUSABLE, "RFC 6698 4.1", TLSA(4, 1, 1)),
    tlsa("selector-2", "TLSA 3 2 1 only: a selector nobody knows", DANE_UNUSABLE, "RFC 6698 4.1", TLSA(3, 2, 1)),
    tlsa("matching-3", "TLSA 3 1 3 only: a matching type nobody knows", DANE_UNUSABLE, "RFC 6698 4.1", TLSA(3, 1, 3)),
    tlsa("short-digest", "TLSA 3 1 1 only, with 31 octets", DANE_UNUSABLE, "RFC 6698 4.1", TLSA(3, 1, 1, length=31)),
    tlsa("no-certificate", "TLSA 2 0 0 only, whose data is no certificate", DANE_UNUSABLE, "RFC 6698 4.1", TLSA(2, 0, 0, "other")),
    tlsa("unusable-plain", "all TLSA records unusable, no TLS", DANE_NO_STARTTLS, "RFC 7672 2.2", TLSA(1, 1, 1), tls="none"),
    tlsa(
        "unusable-stripped", "all TLSA records unusable, STARTTLS stripped", DANE_NO_STARTTLS, "RFC 7672 2.2", TLSA(0, 1, 1), tls="stripped"
    ),
    tlsa("unusable-and-good", "TLSA 1 1 1 does not count, 3 1 1 matches", DANE_OK, "RFC 7672 3.1.3", TLSA(1, 1, 1, "other"), TLSA()),
    tlsa("unusable-and-bad", "TLSA 1 1 1 would match, 3 1 1 does not", DANE_FAILS, "RFC 7672 3.1.3", TLSA(1, 1, 1), OTHER),
    # RFC 8461 2 lets DANE take precedence where it authenticates; a set that cannot does not stand in the way of MTA-STS.
    tlsa("unusable-sts", "all TLSA records unusable; MTA-STS passes", STS_OK, "RFC 8461 2", TLSA(1, 1, 1), cert=Cert(), sts=STS()),
    tlsa("unusable-sts-bad", "all TLSA records unusable; MTA-STS fails", STS_NOT_TRUSTED, "RFC 8461 2", TLSA(1, 1, 1), sts=STS()),
)

TLSA_RECORDS: tuple[Scenario, ...] = (*parameters(), *MATCHING, *SETS, *UNUSABLE)
