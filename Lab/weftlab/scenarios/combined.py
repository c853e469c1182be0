"""DANE and MTA-STS at once (RFC 8461 2)."""

from ..model import STS, TLSA, Host, Scenario
from .common import (
    BOGUS_DOMAIN, BOGUS_HOST, DANE_FAILS, DANE_OK, HOST_LOOKUP_FAILS, OTHER, STS_NOT_TRUSTED, STS_OK, STS_OTHER_MX, UNKNOWN, WRONG_NAME)

EE = (TLSA(3, 1, 1),)

COMBINED: tuple[Scenario, ...] = (
    Scenario("both-pass", "TLSA matches, MTA-STS passes", DANE_OK, "RFC 8461 2", dns="signed", hosts=(Host(tlsa=EE),), sts=STS()),
    # DANE takes precedence: a usable TLSA set decides, and MTA-STS is only evaluated beside it.
    Scenario("dane-passes-sts-fails", "TLSA matches, MTA-STS would fail", DANE_OK, "RFC 8461 2", dns="signed", hosts=(Host(tlsa=EE, cert=UNKNOWN),), sts=STS()),
    Scenario("dane-passes-sts-other-mx", "TLSA matches, the policy names another host", DANE_OK, "RFC 8461 2", dns="signed",
             hosts=(Host(tlsa=EE),), sts=STS(mx=("mx2.{domain}",))),
    Scenario("both-fail", "TLSA does not match, MTA-STS fails", DANE_FAILS, "RFC 8461 2", dns="signed", hosts=(Host(tlsa=(OTHER,), cert=WRONG_NAME),), sts=STS()),
    Scenario("dane-fails-sts-testing", "TLSA does not match, MTA-STS testing would pass", DANE_FAILS, "RFC 8461 2", dns="signed",
             hosts=(Host(tlsa=(OTHER,)),), sts=STS("testing")),
    Scenario("dane-fails-then-sts", "TLSA of the first host does not match, the second has none and passes MTA-STS", STS_OK, "RFC 8461 2",
             dns="signed", hosts=(Host("mx1", 10, tlsa=(OTHER,)), Host("mx2", 20)), sts=STS()),
    Scenario("bogus-tlsa-sts", "TLSA is bogus, MTA-STS would pass", BOGUS_HOST, "RFC 8461 2", dns="signed", spoiled=("_25._tcp.mx TLSA",),
             hosts=(Host(tlsa=EE),), sts=STS()),
    Scenario("servfail-tlsa-sts", "TLSA is answered SERVFAIL, MTA-STS would pass", HOST_LOOKUP_FAILS, "RFC 8461 2", dns="signed",
             dns_faults={"_25._tcp.mx TLSA": "servfail"}, hosts=(Host(tlsa=EE),), sts=STS()),
    Scenario("bogus-mx-sts", "the MX record is bogus, MTA-STS would pass", BOGUS_DOMAIN, "RFC 7672 2.1.2", dns="signed", spoiled=("@ MX",),
             hosts=(Host(tlsa=EE),), route="mx", sts=STS()),
    # What DANE has authenticated needs no policy, and does not wait for one.
    Scenario("dane-passes-sts-stalled", "TLSA matches, the policy host sends an octet a second", DANE_OK, "RFC 8461 2", dns="signed",
             hosts=(Host(tlsa=EE),), sts=STS(fault="stalled")),
    # Whoever forges an insecure MX record can name a host of his own, with TLSA of his own: the policy has to accept it as well.
    Scenario("insecure-mx-both-pass", "insecure MX, TLSA of a signed host matches, MTA-STS passes", STS_OK, "RFC 8461 4",
             zones={"hoster-both-pass.example.": "signed"}, hosts=(Host("mx.hoster-both-pass.example.", tlsa=EE),), sts=STS()),
    Scenario("insecure-mx-other-mx", "insecure MX, TLSA of a signed host matches, the policy names another", STS_OTHER_MX, "RFC 8461 4.1",
             zones={"hoster-other-mx.example.": "signed"}, hosts=(Host("mx.hoster-other-mx.example.", tlsa=EE, cert=UNKNOWN),),
             sts=STS(mx=("mx.{domain}",))),
    Scenario("insecure-mx-sts-fails", "insecure MX, TLSA of a signed host matches, its certificate fails MTA-STS", STS_NOT_TRUSTED, "RFC 8461 4.2",
             zones={"hoster-sts-fails.example.": "signed"}, hosts=(Host("mx.hoster-sts-fails.example.", tlsa=EE, cert=UNKNOWN),), sts=STS()),
    Scenario("insecure-mx-dane-fails", "insecure MX, TLSA of a signed host does not match, MTA-STS would pass", DANE_FAILS, "RFC 8461 2",
             zones={"hoster-dane-fails.example.": "signed"}, hosts=(Host("mx.hoster-dane-fails.example.", tlsa=(OTHER,)),), sts=STS()),
)
