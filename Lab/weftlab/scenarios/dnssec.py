"""What DNSSEC says of the names on the way to a host, and answers that do not come (RFC 7672 2.1, 2.2.2, 2.2.3)."""

from ..model import STS, TLSA, Cert, Expect, Host, Scenario
from .common import (
    BOGUS_DOMAIN, BOGUS_HOST, DANE_FAILS, DANE_OK, HOST_LOOKUP_FAILS, NO_POLICY, OTHER, STS_OK, UNAUTHENTICATED, UNKNOWN, WRONG_NAME)

EE = (TLSA(3, 1, 1),)
GOOD = Host(tlsa=EE, cert=UNKNOWN)


def alias(label: str, tlsa: tuple[TLSA, ...] = ()) -> Host:
    """The host that an MX name is an alias of; it is in no MX set itself."""
    return Host(label, preference=None, tlsa=tlsa, cert=UNKNOWN)


STATUS: tuple[Scenario, ...] = (
    # An opt-out NSEC3 record covers the delegation: no DS, and no proof that there is none but the span (RFC 5155 6).
    Scenario("insecure-opt-out", "insecure delegation under NSEC3 opt-out; its TLSA does not match and does not count", UNAUTHENTICATED,
             "RFC 7672 2.2", hosts=(Host(tlsa=(OTHER,), cert=UNKNOWN),)),
    Scenario("insecure-nsec", "signed domain, the host is in an insecure zone below NSEC; its TLSA does not count", UNAUTHENTICATED,
             "RFC 7672 2.2.2", dns="signed", zones={"sub": "unsigned"}, hosts=(Host("mx.sub", tlsa=(OTHER,), cert=UNKNOWN),)),
    Scenario("insecure-parent", "a signed zone below an insecure one is insecure", UNAUTHENTICATED, "RFC 7672 2.2.2", zones={"sub": "signed"},
             hosts=(Host("mx.sub", tlsa=(OTHER,), cert=UNKNOWN),)),
    Scenario("bogus-expired", "the signatures of the domain have expired", BOGUS_DOMAIN, "RFC 7672 2.1.2", dns="expired",
             zones={"hoster-bogus-expired.example.": "unsigned"}, hosts=(Host("mx.hoster-bogus-expired.example."),),
             route="mx.hoster-bogus-expired.example."),
    Scenario("bogus-ds", "the DS record fits no key of the domain", BOGUS_DOMAIN, "RFC 7672 2.1.2", dns="wrong-ds",
             zones={"hoster-bogus-ds.example.": "unsigned"}, hosts=(Host("mx.hoster-bogus-ds.example."),), route="mx.hoster-bogus-ds.example."),
    Scenario("bogus-below", "a wrong signature over the MX record", BOGUS_DOMAIN, "RFC 7672 2.1.2", dns="signed", spoiled=("@ MX",), hosts=(GOOD,),
             route="mx"),
    Scenario("bogus-host", "MX secure, the host's zone is bogus", BOGUS_HOST, "RFC 7672 2.1.2", dns="signed", zones={"sub": "expired"},
             hosts=(Host("mx.sub", tlsa=EE),), route="mx.sub"),
    Scenario("bogus-host-beside-good", "one MX host is bogus, the other has TLSA that matches", DANE_OK, "RFC 7672 2.1.2", dns="signed",
             zones={"sub": "expired"}, hosts=(Host("mx.sub", tlsa=EE), Host("mx2", 20, tlsa=EE, cert=UNKNOWN))),
    Scenario("bogus-tlsa", "a wrong signature over the TLSA record", BOGUS_HOST, "RFC 7672 2.1.2", dns="signed", spoiled=("_25._tcp.mx TLSA",),
             hosts=(GOOD,)),
    # The failure concerns addresses that this leg does not use: it says nothing against the host at the other.
    Scenario("bogus-aaaa", "a wrong signature over AAAA, A is good and TLSA matches", DANE_OK, "RFC 7672 2.1.2", dns="signed", spoiled=("mx AAAA",),
             hosts=(Host(tlsa=EE, cert=UNKNOWN, family="46"),)),
    Scenario("bogus-a", "a wrong signature over A, AAAA is good and TLSA matches", DANE_OK, "RFC 7672 2.1.2", dns="signed", spoiled=("mx A",),
             hosts=(Host(tlsa=EE, cert=UNKNOWN, family="46"),)),
    Scenario("bogus-address", "a wrong signature over the host's only address", BOGUS_HOST, "RFC 7672 2.1.2", dns="signed", spoiled=("mx A",),
             hosts=(GOOD,), route="mx"),
    # RFC 8461 3.1 has no word on it; a domain that never had a policy is not held up by a broken record.
    Scenario("bogus-sts-txt", "a wrong signature over the _mta-sts TXT record, never seen before", NO_POLICY, "RFC 8461 3.1", dns="signed",
             spoiled=("_mta-sts TXT",), hosts=(Host(cert=WRONG_NAME),), sts=STS()),
)

FAILURES: tuple[Scenario, ...] = (
    Scenario("servfail-aaaa", "AAAA is answered SERVFAIL, A is good; no policy", NO_POLICY, "RFC 5321 5.1", dns_faults={"mx AAAA": "servfail"}),
    Scenario("servfail-aaaa-dane", "signed; AAAA is answered SERVFAIL, A is good, TLSA matches", DANE_OK, "RFC 7672 2.1.2", dns="signed",
             dns_faults={"mx AAAA": "servfail"}, hosts=(GOOD,)),
    Scenario("servfail-aaaa-sts", "AAAA is answered SERVFAIL, A is good; MTA-STS enforce", STS_OK, "RFC 8461 4", dns_faults={"mx AAAA": "servfail"},
             sts=STS()),
    Scenario("refused-aaaa", "AAAA is answered REFUSED, A is good; MTA-STS enforce", STS_OK, "RFC 8461 4", dns_faults={"mx AAAA": "refused"}, sts=STS()),
    Scenario("servfail-tlsa", "secure addresses, TLSA is answered SERVFAIL", HOST_LOOKUP_FAILS, "RFC 7672 2.1.2", dns="signed",
             dns_faults={"_25._tcp.mx TLSA": "servfail"}, hosts=(GOOD,)),
    Scenario("servfail-tlsa-beside-good", "TLSA of the first host is answered SERVFAIL, that of the second matches", DANE_OK, "RFC 7672 2.1.2",
             dns="signed", dns_faults={"_25._tcp.mx TLSA": "servfail"}, hosts=(GOOD, Host("mx2", 20, tlsa=EE, cert=UNKNOWN))),
    Scenario("servfail-tlsa-insecure", "insecure addresses, TLSA would be answered SERVFAIL: it is not asked", UNAUTHENTICATED, "RFC 7672 2.2.2",
             dns_faults={"_25._tcp.mx TLSA": "servfail"}, hosts=(Host(cert=UNKNOWN),)),
    Scenario("servfail-mx", "MX is answered SERVFAIL (the MTA has a route)", Expect("deferred", "none", "mx-lookup-failed", "451 4.4.3"),
             "RFC 5321 5.1", dns_faults={"@ MX": "servfail"}, route="mx"),
    Scenario("servfail-sts-txt", "the _mta-sts TXT record is answered SERVFAIL, never seen before", NO_POLICY, "RFC 8461 3.1",
             dns_faults={"_mta-sts TXT": "servfail"}, hosts=(Host(cert=WRONG_NAME),), sts=STS()),
    # What is answered by silence is given up, and the rest goes on.
    Scenario("silent-aaaa", "AAAA is never answered, A is good, TLSA matches", DANE_OK, "RFC 7672 2.1.2", dns="signed",
             dns_faults={"mx AAAA": "silence"}, hosts=(GOOD,)),
    Scenario("silent-tlsa", "secure addresses, TLSA is never answered", HOST_LOOKUP_FAILS, "RFC 7672 2.1.2", dns="signed",
             dns_faults={"_25._tcp.mx TLSA": "silence"}, hosts=(GOOD,)),
    Scenario("silent-sts-txt", "the _mta-sts TXT record is never answered, never seen before", NO_POLICY, "RFC 8461 3.1",
             dns_faults={"_mta-sts TXT": "silence"}, hosts=(Host(cert=WRONG_NAME),), sts=STS()),
    Scenario("nxdomain-host", "the first MX host does not exist, the second has TLSA that matches", DANE_OK, "RFC 5321 5.1", dns="signed",
             records=("@ MX 5 gone.{domain}.",), hosts=(GOOD,)),
    Scenario("nxdomain", "the domain does not exist (the MTA has a route)", Expect("delivered", "none", "domain-not-found"), "RFC 5321 5.1",
             dns="absent", zones={"hoster-nxdomain.example.": "unsigned"}, hosts=(Host("mx.hoster-nxdomain.example.", preference=None),),
             route="mx.hoster-nxdomain.example."),
)

ALIASES: tuple[Scenario, ...] = (
    Scenario("alias-secure", "the MX name is a secure alias, TLSA at its target matches", DANE_OK, "RFC 7672 2.2.3", dns="signed",
             zones={"hoster-alias-secure.example.": "signed"}, records=("@ MX 10 mx.{domain}.", "mx CNAME real.hoster-alias-secure.example."),
             hosts=(alias("real.hoster-alias-secure.example.", EE),)),
    Scenario("alias-original", "the MX name is a secure alias, TLSA only at the alias matches", DANE_OK, "RFC 7672 2.2.3", dns="signed",
             records=("@ MX 10 mx.{domain}.", "mx CNAME real.{domain}.", "_25._tcp.mx CNAME _25._tcp.mx2.{domain}."),
             hosts=(alias("real"), Host("mx2", None, tlsa=EE, cert=UNKNOWN, presents="real"))),
    Scenario("alias-target-first", "TLSA at the target does not match, TLSA at the alias would", DANE_FAILS, "RFC 7672 2.2.3", dns="signed",
             records=("@ MX 10 mx.{domain}.", "mx CNAME real.{domain}.", "_25._tcp.mx CNAME _25._tcp.mx2.{domain}."),
             hosts=(alias("real", (OTHER,)), Host("mx2", None, tlsa=EE, cert=UNKNOWN, presents="real"))),
    Scenario("alias-insecure-target", "a secure alias of an insecure host, TLSA at the alias matches", DANE_OK, "RFC 7672 2.2.2", dns="signed",
             zones={"hoster-alias-insecure.example.": "unsigned"},
             records=("@ MX 10 mx.{domain}.", "mx CNAME real.hoster-alias-insecure.example.", "_25._tcp.mx CNAME _25._tcp.mx2.{domain}."),
             hosts=(alias("real.hoster-alias-insecure.example."),
                    Host("mx2", None, tlsa=EE, cert=UNKNOWN, presents="real.hoster-alias-insecure.example."))),
    Scenario("alias-insecure-target-bad", "a secure alias of an insecure host, TLSA at the alias does not match", DANE_FAILS, "RFC 7672 2.2.2",
             dns="signed", zones={"hoster-alias-insecure-bad.example.": "unsigned"},
             records=("@ MX 10 mx.{domain}.", "mx CNAME real.hoster-alias-insecure-bad.example.", "_25._tcp.mx CNAME _25._tcp.mx2.{domain}."),
             hosts=(alias("real.hoster-alias-insecure-bad.example."), Host("mx2", None, tlsa=(OTHER,), cert=UNKNOWN))),
    Scenario("alias-insecure-target-none", "a secure alias of an insecure host, no TLSA at the alias", UNAUTHENTICATED, "RFC 7672 2.2.2",
             dns="signed", zones={"hoster-alias-none.example.": "unsigned"},
             records=("@ MX 10 mx.{domain}.", "mx CNAME real.hoster-alias-none.example."),
             hosts=(alias("real.hoster-alias-none.example.", (OTHER,)),)),
    Scenario("alias-insecure", "an insecure alias of a secure host: its TLSA does not count", UNAUTHENTICATED, "RFC 7672 2.2.2",
             zones={"hoster-alias-of-secure.example.": "signed"},
             records=("@ MX 10 mx.{domain}.", "mx CNAME real.hoster-alias-of-secure.example."),
             hosts=(alias("real.hoster-alias-of-secure.example.", (OTHER,)),)),
    Scenario("alias-bogus", "a secure alias of a bogus host", BOGUS_HOST, "RFC 7672 2.1.2", dns="signed",
             zones={"hoster-alias-bogus.example.": "expired"}, records=("@ MX 10 mx.{domain}.", "mx CNAME real.hoster-alias-bogus.example."),
             hosts=(alias("real.hoster-alias-bogus.example.", EE),), route="real.hoster-alias-bogus.example."),
    Scenario("tlsa-alias", "the TLSA name is a secure alias, records there match", DANE_OK, "RFC 7672 2.2.3", dns="signed",
             zones={"hoster-tlsa-alias.example.": "signed"},
             records=("_25._tcp.mx CNAME _25._tcp.dane.hoster-tlsa-alias.example.",),
             hosts=(Host(cert=UNKNOWN), Host("dane.hoster-tlsa-alias.example.", None, tlsa=EE, cert=UNKNOWN, presents="mx", published=False))),
    Scenario("tlsa-alias-insecure", "the TLSA name is an alias into an insecure zone: no DANE", UNAUTHENTICATED, "RFC 7672 2.2", dns="signed",
             zones={"hoster-tlsa-insecure.example.": "unsigned"},
             records=("_25._tcp.mx CNAME _25._tcp.dane.hoster-tlsa-insecure.example.",),
             hosts=(Host(cert=UNKNOWN), Host("dane.hoster-tlsa-insecure.example.", None, tlsa=(OTHER,), published=False))),
    Scenario("tlsa-alias-bogus", "the TLSA name is an alias into a bogus zone", BOGUS_HOST, "RFC 7672 2.1.2", dns="signed",
             zones={"hoster-tlsa-bogus.example.": "expired"}, records=("_25._tcp.mx CNAME _25._tcp.dane.hoster-tlsa-bogus.example.",),
             hosts=(Host(cert=UNKNOWN), Host("dane.hoster-tlsa-bogus.example.", None, tlsa=EE, cert=UNKNOWN, presents="mx", published=False))),
    Scenario("tlsa-wildcard", "a wildcard TLSA record matches", DANE_OK, "RFC 7671 6", dns="signed",
             records=("*._tcp.mx CNAME _25._tcp.dane.{domain}.",), hosts=(Host(cert=UNKNOWN), Host("dane", None, tlsa=EE, cert=UNKNOWN, presents="mx", published=False))),
    Scenario("alias-domain", "the recipient domain is a secure alias; TLSA 2 1 1, the certificate names the target domain", DANE_OK,
             "RFC 7672 3.2.2", dns="signed", records=("alias CNAME real.{domain}.", "real MX 10 mx.{domain}."), mail_to="alias.alias-domain.example",
             hosts=(Host(preference=None, tlsa=(TLSA(2, 1, 1, "issuer"),), cert=Cert(("real.alias-domain.example",), "unknown")),)),
    # RFC 8461 3.4: policies are the policy domain's own; those of the domain that it is an alias of do not apply.
    Scenario("alias-domain-sts", "the recipient domain is an alias of a domain with MTA-STS: not its own", UNAUTHENTICATED, "RFC 8461 3.4",
             records=("alias CNAME {domain}.",), mail_to="alias.alias-domain-sts.example", hosts=(Host(cert=UNKNOWN),), sts=STS()),
)

DNSSEC: tuple[Scenario, ...] = (*STATUS, *FAILURES, *ALIASES)
