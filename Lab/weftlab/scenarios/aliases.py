"""CNAME records at every place where there may be one (RFC 7672 2.2.2, 2.2.3)."""

from ..model import STS, TLSA, Cert, Host, Scenario
from .common import (
    BOGUS_HOST,
    DANE_FAILS,
    DANE_OK,
    OTHER,
    UNAUTHENTICATED,
    UNKNOWN,
)

EE = (TLSA(3, 1, 1),)


def alias(label: str, tlsa: tuple[TLSA, ...] = ()) -> Host:
    """The host that an MX name is an alias of; it is in no MX set itself."""
    return Host(label, preference=None, tlsa=tlsa, cert=UNKNOWN)


ALIASES: tuple[Scenario, ...] = (
    Scenario(
        "alias-secure",
        "the MX name is a secure alias, TLSA at its target matches",
        DANE_OK,
        "RFC 7672 2.2.3",
        dns="signed",
        zones={"hoster-alias-secure.example.": "signed"},
        records=("@ MX 10 mx.{domain}.", "mx CNAME real.hoster-alias-secure.example."),
        hosts=(alias("real.hoster-alias-secure.example.", EE),),
    ),
    Scenario(
        "alias-original",
        "the MX name is a secure alias, TLSA only at the alias matches",
        DANE_OK,
        "RFC 7672 2.2.3",
        dns="signed",
        records=("@ MX 10 mx.{domain}.", "mx CNAME real.{domain}.", "_25._tcp.mx CNAME _25._tcp.mx2.{domain}."),
        hosts=(alias("real"), Host("mx2", None, tlsa=EE, cert=UNKNOWN, presents="real")),
    ),
    Scenario(
        "alias-target-first",
        "TLSA at the target does not match, TLSA at the alias would",
        DANE_FAILS,
        "RFC 7672 2.2.3",
        dns="signed",
        records=("@ MX 10 mx.{domain}.", "mx CNAME real.{domain}.", "_25._tcp.mx CNAME _25._tcp.mx2.{domain}."),
        hosts=(alias("real", (OTHER,)), Host("mx2", None, tlsa=EE, cert=UNKNOWN, presents="real")),
    ),
    Scenario(
        "alias-insecure-target",
        "a secure alias of an insecure host, TLSA at the alias matches",
        DANE_OK,
        "RFC 7672 2.2.2",
        dns="signed",
        zones={"hoster-alias-insecure.example.": "unsigned"},
        records=("@ MX 10 mx.{domain}.", "mx CNAME real.hoster-alias-insecure.example.", "_25._tcp.mx CNAME _25._tcp.mx2.{domain}."),
        hosts=(
            alias("real.hoster-alias-insecure.example."),
            Host("mx2", None, tlsa=EE, cert=UNKNOWN, presents="real.hoster-alias-insecure.example."),
        ),
    ),
    Scenario(
        "alias-insecure-target-bad",
        "a secure alias of an insecure host, TLSA at the alias does not match",
        DANE_FAILS,
        "RFC 7672 2.2.2",
        dns="signed",
        zones={"hoster-alias-insecure-bad.example.": "unsigned"},
        records=("@ MX 10 mx.{domain}.", "mx CNAME real.hoster-alias-insecure-bad.example.", "_25._tcp.mx CNAME _25._tcp.mx2.{domain}."),
        hosts=(alias("real.hoster-alias-insecure-bad.example."), Host("mx2", None, tlsa=(OTHER,), cert=UNKNOWN)),
    ),
    Scenario(
        "alias-insecure-target-none",
        "a secure alias of an insecure host, no TLSA at the alias",
        UNAUTHENTICATED,
        "RFC 7672 2.2.2",
        dns="signed",
        zones={"hoster-alias-none.example.": "unsigned"},
        records=("@ MX 10 mx.{domain}.", "mx CNAME real.hoster-alias-none.example."),
        hosts=(alias("real.hoster-alias-none.example.", (OTHER,)),),
    ),
    Scenario(
        "alias-insecure",
        "an insecure alias of a secure host: its TLSA does not count",
        UNAUTHENTICATED,
        "RFC 7672 2.2.2",
        zones={"hoster-alias-of-secure.example.": "signed"},
        records=("@ MX 10 mx.{domain}.", "mx CNAME real.hoster-alias-of-secure.example."),
        hosts=(alias("real.hoster-alias-of-secure.example.", (OTHER,)),),
    ),
    Scenario(
        "alias-bogus",
        "a secure alias of a bogus host",
        BOGUS_HOST,
        "RFC 7672 2.1.2",
        dns="signed",
        zones={"hoster-alias-bogus.example.": "expired"},
        records=("@ MX 10 mx.{domain}.", "mx CNAME real.hoster-alias-bogus.example."),
        hosts=(alias("real.hoster-alias-bogus.example.", EE),),
        route="real.hoster-alias-bogus.example.",
    ),
    Scenario(
        "tlsa-alias",
        "the TLSA name is a secure alias, records there match",
        DANE_OK,
        "RFC 7672 2.2.3",
        dns="signed",
        zones={"hoster-tlsa-alias.example.": "signed"},
        records=("_25._tcp.mx CNAME _25._tcp.dane.hoster-tlsa-alias.example.",),
        hosts=(Host(cert=UNKNOWN), Host("dane.hoster-tlsa-alias.example.", None, tlsa=EE, cert=UNKNOWN, presents="mx", published=False)),
    ),
    Scenario(
        "tlsa-alias-insecure",
        "the TLSA name is an alias into an insecure zone: no DANE",
        UNAUTHENTICATED,
        "RFC 7672 2.2",
        dns="signed",
        zones={"hoster-tlsa-insecure.example.": "unsigned"},
        records=("_25._tcp.mx CNAME _25._tcp.dane.hoster-tlsa-insecure.example.",),
        hosts=(Host(cert=UNKNOWN), Host("dane.hoster-tlsa-insecure.example.", None, tlsa=(OTHER,), published=False)),
    ),
    Scenario(
        "tlsa-alias-bogus",
        "the TLSA name is an alias into a bogus zone",
        BOGUS_HOST,
        "RFC 7672 2.1.2",
        dns="signed",
        zones={"hoster-tlsa-bogus.example.": "expired"},
        records=("_25._tcp.mx CNAME _25._tcp.dane.hoster-tlsa-bogus.example.",),
        hosts=(Host(cert=UNKNOWN), Host("dane.hoster-tlsa-bogus.example.", None, tlsa=EE, cert=UNKNOWN, presents="mx", published=False)),
    ),
    Scenario(
        "tlsa-wildcard",
        "a wildcard TLSA record matches",
        DANE_OK,
        "RFC 7671 6",
        dns="signed",
        records=("*._tcp.mx CNAME _25._tcp.dane.{domain}.",),
        hosts=(Host(cert=UNKNOWN), Host("dane", None, tlsa=EE, cert=UNKNOWN, presents="mx", published=False)),
    ),
    Scenario(
        "alias-domain",
        "the recipient domain is a secure alias; TLSA 2 1 1, the certificate names the target domain",
        DANE_OK,
        "RFC 7672 3.2.2",
        dns="signed",
        records=("alias CNAME real.{domain}.", "real MX 10 mx.{domain}."),
        mail_to="alias.alias-domain.example",
        hosts=(Host(preference=None, tlsa=(TLSA(2, 1, 1, "issuer"),), cert=Cert(("real.alias-domain.example",), "unknown")),),
    ),
    # RFC 8461 3.4: policies are the policy domain's own; those of the domain that it is an alias of do not apply.
    Scenario(
        "alias-domain-sts",
        "the recipient domain is an alias of a domain with MTA-STS: not its own",
        UNAUTHENTICATED,
        "RFC 8461 3.4",
        records=("alias CNAME {domain}.",),
        mail_to="alias.alias-domain-sts.example",
        hosts=(Host(cert=UNKNOWN),),
        sts=STS(),
    ),
)
