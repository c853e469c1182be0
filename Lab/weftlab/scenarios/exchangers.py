"""MX sets: several hosts in all mixes, shared and rotating addresses, and MX records that are none (RFC 5321 5.1, RFC 7505)."""

from dataclasses import replace

from ..model import STS, TLSA, Expect, Host, Scenario
from .common import (
    DANE_FAILS, DANE_OK, NO_POLICY, OTHER, PLAIN, STS_NO_STARTTLS, STS_OK, STS_OTHER_MX, STS_WRONG_NAME,
    UNAUTHENTICATED, UNKNOWN, WRONG_NAME)

EE = (TLSA(3, 1, 1),)


def good(label: str = "mx", preference: int | None = 10, **more: object) -> Host:
    return Host(label, preference, tlsa=EE, cert=UNKNOWN, **more)


# The MTA tries the hosts in turn: what one may not have, the next may.
SEVERAL: tuple[Scenario, ...] = (
    Scenario("mx-second-dane", "TLSA of the first host does not match, that of the second does", DANE_OK, "RFC 7672 2.2", dns="signed",
             hosts=(Host("mx1", 10, tlsa=(OTHER,)), good("mx2", 20))),
    Scenario("mx-both-dane-fail", "TLSA of both hosts does not match", DANE_FAILS, "RFC 7672 2.2", dns="signed",
             hosts=(Host("mx1", 10, tlsa=(OTHER,)), Host("mx2", 20, tlsa=(OTHER,)))),
    Scenario("mx-equal-preference", "two hosts of one preference, one matches its TLSA", DANE_OK, "RFC 7672 2.2", dns="signed",
             hosts=(Host("mx1", 10, tlsa=(OTHER,)), good("mx2", 10))),
    # DANE is a matter of each host (RFC 7672 2.2.1: "security status of each SMTP server"); one without records demands nothing.
    Scenario("mx-dane-then-none", "TLSA of the first host does not match, the second has none and no TLS", PLAIN, "RFC 7672 2.2.1", dns="signed",
             hosts=(Host("mx1", 10, tlsa=(OTHER,)), Host("mx2", 20, tls="none"))),
    Scenario("mx-none-then-dane", "the first host has no TLSA, the second would match", UNAUTHENTICATED, "RFC 7672 2.2.1", dns="signed",
             hosts=(Host("mx1", 10, cert=UNKNOWN), good("mx2", 20))),
    Scenario("mx-first-down", "the first host refuses connections, TLSA of the second matches", DANE_OK, "RFC 5321 5.1", dns="signed",
             hosts=(Host("mx1", 10, tlsa=(OTHER,), server="none"), good("mx2", 20))),
    Scenario("mx-first-busy", "the first host greets with 421, MTA-STS passes at the second", STS_OK, "RFC 5321 4.5.4.1",
             hosts=(Host("mx1", 10, server="greeting-421"), Host("mx2", 20)), sts=STS()),
    Scenario("mx-first-stripped", "STARTTLS of the first host is stripped, MTA-STS passes at the second", STS_OK, "RFC 8461 4.2",
             hosts=(Host("mx1", 10, tls="stripped"), Host("mx2", 20)), sts=STS()),
    Scenario("mx-first-wrong-name", "the first host's certificate is for another, MTA-STS passes at the second", STS_OK, "RFC 8461 4.2",
             hosts=(Host("mx1", 10, cert=WRONG_NAME), Host("mx2", 20)), sts=STS()),
    Scenario("mx-first-not-named", "the policy names the second host only", STS_OK, "RFC 8461 4.1",
             hosts=(Host("mx1", 10), Host("mx2", 20)), sts=STS(mx=("mx2.{domain}",))),
    Scenario("mx-sts-all-fail", "both hosts are stripped of STARTTLS, MTA-STS enforce", STS_NO_STARTTLS, "RFC 8461 5",
             hosts=(Host("mx1", 10, tls="stripped"), Host("mx2", 20, tls="stripped")), sts=STS()),
    # RFC 8461 4.2 wants the certificate of a host that the policy names. The second server proves to be mx1, whatever its address is
    # called: the first, which should have it, does not.
    Scenario("mx-swapped", "each host shows the other's certificate, the policy names the first", replace(STS_OK, mx="mx1"), "RFC 8461 4.2",
             hosts=(Host("mx1", 10, presents="mx2"), Host("mx2", 20, presents="mx1")), sts=STS(mx=("mx1.{domain}",))),
    Scenario("mx-many", "25 MX records, TLSA of the best matches", DANE_OK, "RFC 5321 5.1", dns="signed", hosts=(good(),),
             records=tuple(f"@ MX {20 + number} mx{number}.{{domain}}." for number in range(24))),
    Scenario("mx-upper-case", "the MX record in upper case, the policy in lower case", STS_OK, "RFC 8461 4.1", hosts=(Host(preference=None),),
             records=("@ MX 10 MX.MX-Upper-Case.Example.",), sts=STS(mx=("mx.mx-upper-case.example",))),
)

# Which host the MTA means by an address it does not say.
SHARED: tuple[Scenario, ...] = (
    Scenario("shared-dane", "two names at one address, SNI chooses the certificate, TLSA of both match", DANE_OK, "RFC 7672 8.1", dns="signed",
             hosts=(good("mx1", 10), good("mx2", 20, shares="mx1"))),
    Scenario("shared-dane-second", "two names at one address, only the second has TLSA, which matches under its name", DANE_OK, "RFC 7672 8.1",
             dns="signed", hosts=(Host("mx1", 10, cert=UNKNOWN), good("mx2", 20, shares="mx1"))),
    # The leg may be the host with TLSA, so its demand holds: the address can add requirements, never remove one.
    Scenario("shared-dane-bad", "two names at one address, the second has TLSA that does not match", DANE_FAILS, "RFC 7672 2.2", dns="signed",
             hosts=(Host("mx1", 10, cert=UNKNOWN), Host("mx2", 20, tlsa=(OTHER,), cert=UNKNOWN, shares="mx1"))),
    Scenario("shared-sts", "two names at one address, the policy names the second, whose certificate SNI chooses", STS_OK, "RFC 8461 7.1",
             hosts=(Host("mx1", 10, cert=UNKNOWN), Host("mx2", 20, shares="mx1")), sts=STS(mx=("mx2.{domain}",))),
    Scenario("shared-default", "two names at one address; without SNI it shows the first's", STS_OK, "RFC 8461 7.1",
             hosts=(Host("other.elsewhere-shared.example.", None), Host("mx", 10, shares="other.elsewhere-shared.example.")),
             zones={"elsewhere-shared.example.": "unsigned"}, sts=STS()),
    Scenario("rotating-dane", "the MTA has an address that Weft's look-up does not return; TLSA matches there", DANE_OK, "RFC 7672 2.2",
             dns="signed", hosts=(good(), Host("mx-before", None, cert=UNKNOWN, presents="mx", published=False)), route="mx-before"),
    Scenario("rotating-dane-bad", "an address that Weft's look-up does not return; TLSA does not match there", DANE_FAILS, "RFC 7672 2.2",
             dns="signed", hosts=(good(), Host("mx-before", None, cert=UNKNOWN, published=False)), route="mx-before"),
    Scenario("rotating-sts", "an address that Weft's look-up does not return; MTA-STS passes there", STS_OK, "RFC 8461 4.2",
             hosts=(Host(), Host("mx-before", None, presents="mx", published=False)), route="mx-before", sts=STS()),
    Scenario("rotating-sts-bad", "an address that Weft's look-up does not return; the certificate there is another's", STS_WRONG_NAME,
             "RFC 8461 4.2", hosts=(Host(), Host("mx-before", None, cert=WRONG_NAME, published=False)), route="mx-before", sts=STS()),
    # The leg may be either host: it is held to the one with TLSA, unless its certificate proves that it is the other.
    Scenario("rotating-mixed", "unknown address; one host has TLSA, none matches", DANE_FAILS, "RFC 7672 2.2", dns="signed",
             hosts=(Host("mx1", 10, tlsa=(OTHER,)), Host("mx2", 20, cert=UNKNOWN), Host("mx-before", None, cert=UNKNOWN, published=False)),
             route="mx-before"),
    Scenario("rotating-mixed-sts", "unknown address; one host has TLSA, MTA-STS proves that it is the other", STS_OK, "RFC 8461 4.2", dns="signed",
             hosts=(Host("mx1", 10, tlsa=(OTHER,)), Host("mx2", 20), Host("mx-before", None, presents="mx2", published=False)),
             route="mx-before", sts=STS(mx=("mx1.{domain}", "mx2.{domain}"))),
    Scenario("spoofed-mx", "the MTA was led to a stranger's server with a good certificate of its own; MTA-STS enforce", STS_WRONG_NAME,
             "RFC 8461 4", zones={"stranger.example.": "unsigned"}, hosts=(Host(), Host("mx.stranger.example.", None)),
             route="mx.stranger.example.", sts=STS()),
    Scenario("spoofed-mx-dane", "the MTA was led to a stranger's server; TLSA of the real host", DANE_FAILS, "RFC 7672 1.3.1", dns="signed",
             zones={"stranger-dane.example.": "unsigned"}, hosts=(good(), Host("mx.stranger-dane.example.", None)), route="mx.stranger-dane.example."),
)

FAMILIES: tuple[Scenario, ...] = (
    Scenario("ipv6-sts", "MX has IPv6 only, MTA-STS passes", STS_OK, "RFC 8461 4", hosts=(Host(family="6"),), sts=STS()),
    Scenario("ipv6-sts-bad", "MX has IPv6 only, the certificate is another's", STS_WRONG_NAME, "RFC 8461 4.2",
             hosts=(Host(family="6", cert=WRONG_NAME),), sts=STS()),
    Scenario("ipv6-plain", "MX has IPv6 only, no policy, no TLS", PLAIN, "RFC 3207 5", hosts=(Host(family="6", tls="none"),)),
    Scenario("both-families", "MX has IPv4 and IPv6, TLSA matches", DANE_OK, "RFC 7672 2.2", dns="signed", hosts=(good(family="46"),)),
    Scenario("both-families-bad", "MX has IPv4 and IPv6, TLSA does not match", DANE_FAILS, "RFC 7672 2.2", dns="signed",
             hosts=(Host(tlsa=(OTHER,), family="46"),)),
)

RECORDS: tuple[Scenario, ...] = (
    Scenario("implicit", "no MX record, no policy", UNAUTHENTICATED, "RFC 5321 5.1", hosts=(Host("@", None, cert=UNKNOWN),)),
    Scenario("implicit-dane", "no MX record, TLSA of the domain itself matches", DANE_OK, "RFC 7672 2.2.1", dns="signed", hosts=(good("@", None),)),
    Scenario("implicit-dane-bad", "no MX record, TLSA of the domain itself does not match", DANE_FAILS, "RFC 7672 2.2.1", dns="signed",
             hosts=(Host("@", None, tlsa=(OTHER,)),)),
    Scenario("implicit-sts", "no MX record, MTA-STS names the domain itself", STS_OK, "RFC 8461 4.1", hosts=(Host("@", None),),
             sts=STS(mx=("{domain}",))),
    Scenario("implicit-sts-bad", "no MX record, MTA-STS names another host", STS_OTHER_MX, "RFC 8461 4.1", hosts=(Host("@", None),),
             sts=STS(mx=("mx.{domain}",))),
    Scenario("null-mx-insecure", "null MX without DNSSEC (the MTA has a route): nobody can tell, so it is no reason to bounce",
             Expect("deferred", "none", "null-mx", "451 4.4.3"), "RFC 7505 4.2", records=("@ MX 0 .",), hosts=(Host("www", None),), route="www"),
    Scenario("null-mx-beside", "`.` beside another MX host is no null MX (the MTA has a route)", NO_POLICY, "RFC 7505 3", records=("@ MX 0 .",),
             hosts=(Host(),), route="mx"),
    Scenario("null-mx-beside-sts", "`.` beside another MX host, MTA-STS passes there", STS_OK, "RFC 7505 3", records=("@ MX 0 .",),
             hosts=(Host(),), route="mx", sts=STS()),
    Scenario("mx-address", "the MX record holds an address, no policy (the MTA has a route)", NO_POLICY, "RFC 5321 5.1",
             records=("@ MX 10 203.0.113.9.",), hosts=(Host("www", None),), route="www"),
    Scenario("mx-address-sts", "the MX record holds an address, which no MTA-STS pattern can match", STS_OTHER_MX, "RFC 8461 4.1",
             records=("@ MX 10 203.0.113.9.",), hosts=(Host("www", None),), route="www", sts=STS(mx=("mx.{domain}",))),
    Scenario("mx-gone", "the only MX host does not exist (the MTA has a route): no policy", NO_POLICY, "RFC 5321 5.1",
             records=("@ MX 10 gone.{domain}.",), hosts=(Host("www", None),), route="www"),
    Scenario("underscore", "a domain with an underscore, TLSA matches", DANE_OK, "RFC 7672 2.2", label="under_score", dns="signed", hosts=(good(),)),
    Scenario("underscore-sts", "a domain with an underscore, MTA-STS passes", STS_OK, "RFC 8461 3.3", label="under_score-sts",
             hosts=(Host("mx.underscore-hoster.example."),), zones={"underscore-hoster.example.": "unsigned"}, sts=STS()),
    Scenario("idn-dane", "an internationalised domain as A-label, TLSA matches", DANE_OK, "RFC 7672 2.2", label="xn--bcher-kva", dns="signed",
             hosts=(good(),)),
    Scenario("idn-sts", "an internationalised domain as A-label, MTA-STS passes", STS_OK, "RFC 8461 3.2", label="xn--mller-kva", sts=STS()),
    Scenario("idn-utf8", "an internationalised domain as U-label (SMTPUTF8), TLSA matches", DANE_OK, "RFC 6531 3.2", label="xn--kln-sna",
             mail_to="köln.example", dns="signed", hosts=(good(),)),
    Scenario("idn-utf8-sts-bad", "an internationalised domain as U-label, MTA-STS fails", STS_WRONG_NAME, "RFC 8461 3.2", label="xn--brcke-lva",
             mail_to="brücke.example", hosts=(Host(cert=WRONG_NAME),), sts=STS()),
)

EXCHANGERS: tuple[Scenario, ...] = (*SEVERAL, *SHARED, *FAMILIES, *RECORDS)
