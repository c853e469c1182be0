"""Addresses that are several hosts', and such that DNS does not name: an MTA says where it sends mail, not to whom (RFC 7672 8.1)."""

from ..model import STS, TLSA, Host, Scenario
from .common import (
    DANE_FAILS,
    DANE_OK,
    OTHER,
    STS_OK,
    STS_WRONG_NAME,
    UNKNOWN,
    WRONG_NAME,
)

EE = (TLSA(3, 1, 1),)


def good(label: str = "mx", preference: int | None = 10, **more: object) -> Host:
    return Host(label, preference, tlsa=EE, cert=UNKNOWN, **more)


# Which host the MTA means by an address it does not say.
ADDRESSES: tuple[Scenario, ...] = (
    Scenario(
        "shared-dane",
        "two names at one address, SNI chooses the certificate, TLSA of both match",
        DANE_OK,
        "RFC 7672 8.1",
        dns="signed",
        hosts=(good("mx1", 10), good("mx2", 20, shares="mx1")),
    ),
    Scenario(
        "shared-dane-second",
        "two names at one address, only the second has TLSA, which matches under its name",
        DANE_OK,
        "RFC 7672 8.1",
        dns="signed",
        hosts=(Host("mx1", 10, cert=UNKNOWN), good("mx2", 20, shares="mx1")),
    ),
    # The leg may be the host with TLSA, so its demand holds: the address can add requirements, never remove one.
    Scenario(
        "shared-dane-bad",
        "two names at one address, the second has TLSA that does not match",
        DANE_FAILS,
        "RFC 7672 2.2",
        dns="signed",
        hosts=(Host("mx1", 10, cert=UNKNOWN), Host("mx2", 20, tlsa=(OTHER,), cert=UNKNOWN, shares="mx1")),
    ),
    Scenario(
        "shared-sts",
        "two names at one address, the policy names the second, whose certificate SNI chooses",
        STS_OK,
        "RFC 8461 7.1",
        hosts=(Host("mx1", 10, cert=UNKNOWN), Host("mx2", 20, shares="mx1")),
        sts=STS(mx=("mx2.{domain}",)),
    ),
    Scenario(
        "shared-default",
        "two names at one address; without SNI it shows the first's",
        STS_OK,
        "RFC 8461 7.1",
        hosts=(Host("other.elsewhere-shared.example.", None), Host("mx", 10, shares="other.elsewhere-shared.example.")),
        zones={"elsewhere-shared.example.": "unsigned"},
        sts=STS(),
    ),
    Scenario(
        "rotating-dane",
        "the MTA has an address that Weft's look-up does not return; TLSA matches there",
        DANE_OK,
        "RFC 7672 2.2",
        dns="signed",
        hosts=(good(), Host("mx-before", None, cert=UNKNOWN, presents="mx", published=False)),
        route="mx-before",
    ),
    Scenario(
        "rotating-dane-bad",
        "an address that Weft's look-up does not return; TLSA does not match there",
        DANE_FAILS,
        "RFC 7672 2.2",
        dns="signed",
        hosts=(good(), Host("mx-before", None, cert=UNKNOWN, published=False)),
        route="mx-before",
    ),
    Scenario(
        "rotating-sts",
        "an address that Weft's look-up does not return; MTA-STS passes there",
        STS_OK,
        "RFC 8461 4.2",
        hosts=(Host(), Host("mx-before", None, presents="mx", published=False)),
        route="mx-before",
        sts=STS(),
    ),
    Scenario(
        "rotating-sts-bad",
        "an address that Weft's look-up does not return; the certificate there is another's",
        STS_WRONG_NAME,
        "RFC 8461 4.2",
        hosts=(Host(), Host("mx-before", None, cert=WRONG_NAME, published=False)),
        route="mx-before",
        sts=STS(),
    ),
    # The leg may be either host: it is held to the one with TLSA, unless its certificate proves that it is the other.
    Scenario(
        "rotating-mixed",
        "unknown address; one host has TLSA, none matches",
        DANE_FAILS,
        "RFC 7672 2.2",
        dns="signed",
        hosts=(Host("mx1", 10, tlsa=(OTHER,)), Host("mx2", 20, cert=UNKNOWN), Host("mx-before", None, cert=UNKNOWN, published=False)),
        route="mx-before",
    ),
    Scenario(
        "rotating-mixed-sts",
        "unknown address; one host has TLSA, MTA-STS proves that it is the other",
        STS_OK,
        "RFC 8461 4.2",
        dns="signed",
        hosts=(Host("mx1", 10, tlsa=(OTHER,)), Host("mx2", 20), Host("mx-before", None, presents="mx2", published=False)),
        route="mx-before",
        sts=STS(mx=("mx1.{domain}", "mx2.{domain}")),
    ),
    Scenario(
        "spoofed-mx",
        "the MTA was led to a stranger's server with a good certificate of its own; MTA-STS enforce",
        STS_WRONG_NAME,
        "RFC 8461 4",
        zones={"stranger.example.": "unsigned"},
        hosts=(Host(), Host("mx.stranger.example.", None)),
        route="mx.stranger.example.",
        sts=STS(),
    ),
    Scenario(
        "spoofed-mx-dane",
        "the MTA was led to a stranger's server; TLSA of the real host",
        DANE_FAILS,
        "RFC 7672 1.3.1",
        dns="signed",
        zones={"stranger-dane.example.": "unsigned"},
        hosts=(good(), Host("mx.stranger-dane.example.", None)),
        route="mx.stranger-dane.example.",
    ),
)
