"""What changes between two messages to one domain: caches, rollovers, and attacks on them."""

from .. import plan
from ..model import STS, TLSA, Cert, Expect, Host, Phase, Scenario
from .common import (
    BOGUS_DOMAIN, DANE_FAILS, DANE_OK, NOT_FETCHED, STS_NOT_TRUSTED, STS_OK, STS_OTHER_MX, STS_WRONG_NAME, UNAUTHENTICATED, UNKNOWN, WRONG_NAME)

# Short enough for the resolver, and Weft, to have forgotten the answer when the next message comes.
TTL = 1
NEXT = Cert(issuer="unknown", generation=2)
EE = (TLSA(3, 1, 1),)
BAD_MX = {"hosts": (Host(cert=WRONG_NAME),)}

STS_CACHE: tuple[Scenario, ...] = (
    # RFC 8461 3.3, 5.1: a cached policy applies until it expires, whatever becomes of the TXT record and the policy host.
    Scenario("cache-host-broken", "enforce is cached", STS_OK, "RFC 8461 3.3", ttl=TTL, sts=STS(),
             then=Phase("then the policy host answers 500, and the MX shows a wrong certificate", STS_WRONG_NAME, {"sts": STS(status=500), **BAD_MX}),
             restarted=Phase("the same after a restart", STS_WRONG_NAME)),
    Scenario("cache-txt-gone", "enforce is cached", STS_OK, "RFC 8461 5.1", ttl=TTL, sts=STS(),
             then=Phase("then the TXT record and the policy host are gone, and the MX shows a wrong certificate", STS_WRONG_NAME,
                        {"sts": STS(txt=(), address=""), **BAD_MX}),
             restarted=Phase("the same after a restart", STS_WRONG_NAME)),
    Scenario("cache-txt-invalid", "enforce is cached", STS_OK, "RFC 8461 3.1", ttl=TTL, sts=STS(),
             restarted=Phase("after a restart there are two TXT records, and the MX shows a wrong certificate", STS_WRONG_NAME,
                             {"sts": STS(txt=('"v=STSv1; id=1;"', '"v=STSv1; id=2;"')), **BAD_MX})),
    Scenario("cache-txt-servfail", "enforce is cached", STS_OK, "RFC 8461 3.1", ttl=TTL, sts=STS(),
             restarted=Phase("after a restart DNS answers SERVFAIL for the TXT record, and the MX shows a wrong certificate", STS_WRONG_NAME,
                             {"dns_faults": {"_mta-sts TXT": "servfail"}, **BAD_MX})),
    # The forged id and the blocked policy host together are an attack on caches that believe the TXT record.
    Scenario("cache-id-https-blocked", "enforce is cached", STS_OK, "RFC 8461 3.3", ttl=TTL, sts=STS(),
             then=Phase("then another id, HTTPS is blocked, and the MX shows a wrong certificate", STS_WRONG_NAME,
                        {"sts": STS(id="2", address=plan.NO_POLICY_HOST), **BAD_MX}),
             restarted=Phase("the same after a restart", STS_WRONG_NAME)),
    Scenario("cache-id-https-blocked-good", "enforce is cached", STS_OK, "RFC 8461 3.3", ttl=TTL, sts=STS(),
             then=Phase("then another id, and HTTPS is blocked; the MX is as before", STS_OK, {"sts": STS(id="2", address=plan.NO_POLICY_HOST)}),
             restarted=Phase("the same after a restart", STS_OK)),
    Scenario("cache-id-invalid", "enforce is cached", STS_OK, "RFC 8461 3.3", ttl=TTL, sts=STS(),
             restarted=Phase("after a restart another id, and a policy that is none; the MX shows a wrong certificate", STS_WRONG_NAME,
                             {"sts": STS(id="2", text="no policy\n"), **BAD_MX})),
    Scenario("cache-id-foreign-certificate", "enforce is cached", STS_OK, "RFC 8461 3.3", ttl=TTL, sts=STS(),
             restarted=Phase("after a restart another id, and a policy of mode none from a host with a wrong certificate; the MX's is wrong, too",
                             STS_WRONG_NAME, {"sts": STS("none", id="2", cert=Cert(names=("www.elsewhere.example",))), **BAD_MX})),
    Scenario("cache-moved", "enforce is cached", STS_OK, "RFC 8461 5.1", ttl=TTL, hosts=(Host("mx1"),), sts=STS(),
             then=Phase("then the MX moves, and the policy with it, under a new id: delivered at once", STS_OK,
                        {"hosts": (Host("mx2"),), "sts": STS(id="2")})),
    Scenario("cache-moved-same-id", "enforce is cached", STS_OK, "RFC 8461 3.2", ttl=TTL, hosts=(Host("mx1"),), sts=STS(),
             then=Phase("then the MX moves, and the policy with it, under the old id", STS_OTHER_MX, {"hosts": (Host("mx2"),)}),
             restarted=Phase("the same after a restart", STS_OTHER_MX)),
    Scenario("cache-moved-away", "enforce is cached", STS_OK, "RFC 8461 4.1", ttl=TTL, hosts=(Host("mx1"),), sts=STS(),
             then=Phase("then somebody forges the MX record", STS_OTHER_MX, {"hosts": (Host("mx2"),), "sts": STS(mx=("mx1.{domain}",))})),
    Scenario("cache-none", "enforce is cached", STS_OK, "RFC 8461 5.1", ttl=TTL, sts=STS(),
             then=Phase("then the domain changes to mode none under a new id, and the MX shows a wrong certificate", UNAUTHENTICATED,
                        {"sts": STS("none", id="2"), **BAD_MX})),
    Scenario("cache-testing", "enforce is cached", STS_OK, "RFC 8461 5.1", ttl=TTL, sts=STS(),
             then=Phase("then the domain changes to testing under a new id, and the MX shows a wrong certificate",
                        Expect("delivered", "sts", "certificate-host-mismatch", would="defer", type="certificate-host-mismatch"),
                        {"sts": STS("testing", id="2"), **BAD_MX})),
    # The id is looked at past all caches once in 5 minutes for a domain whose policy fails; in between the TXT record's own cache decides.
    Scenario("cache-none-late", "enforce is cached, the MX shows a wrong certificate", STS_WRONG_NAME, "RFC 8461 5.1", ttl=TTL,
             hosts=(Host(cert=WRONG_NAME),), sts=STS(),
             then=Phase("then the domain changes to mode none under a new id, seconds later", STS_WRONG_NAME, {"sts": STS("none", id="2")}),
             restarted=Phase("after a restart it is looked up", UNAUTHENTICATED)),
    Scenario("cache-tightened", "testing is cached, the MX shows a wrong certificate",
             Expect("delivered", "sts", "certificate-host-mismatch", would="defer", type="certificate-host-mismatch"), "RFC 8461 3.1", ttl=TTL,
             hosts=(Host(cert=WRONG_NAME),), sts=STS("testing"),
             restarted=Phase("after a restart the domain changes to enforce under a new id", STS_WRONG_NAME, {"sts": STS(id="2")})),
    Scenario("cache-expired", "enforce with a max_age of 1 s", STS_OK, "RFC 8461 3.2", ttl=TTL, sts=STS(max_age=1),
             restarted=Phase("after a restart it has expired, there is no TXT record any more, and the MX shows a wrong certificate",
                             UNAUTHENTICATED, {"sts": STS(txt=()), **BAD_MX})),
    Scenario("cache-late", "the policy host answers 500, the MX shows a certificate of an unknown CA", NOT_FETCHED, "RFC 8461 3.3", ttl=TTL,
             hosts=(Host(cert=UNKNOWN),), sts=STS(status=500),
             then=Phase("then it works, but the same id is not tried again for 5 minutes", NOT_FETCHED, {"sts": STS()}),
             restarted=Phase("after a restart, with a new id, the policy is enforced", STS_NOT_TRUSTED, {"sts": STS(id="2")})),
    Scenario("cache-nxdomain", "enforce is cached", STS_OK, "RFC 8461 5.1", ttl=TTL, zones={"hoster-cache-nxdomain.example.": "unsigned"},
             hosts=(Host("mx.hoster-cache-nxdomain.example."),), route="mx.hoster-cache-nxdomain.example.", sts=STS(),
             then=Phase("then the domain does not exist any more (the MTA has a route)",
                        Expect("deferred", "sts", "domain-not-found", "451 4.4.3"),
                        {"dns": "absent", "sts": None, "hosts": (Host("mx.hoster-cache-nxdomain.example.", preference=None),)})),
    # The first message does not wait for the policy as long as it takes; the fetch goes on, and the second finds it.
    Scenario("cache-slow", "the policy host takes longer than a recipient may wait", Expect("deferred", "sts", "policy-pending", "451 4.7.0"),
             "RFC 8461 3.3", hosts=(Host(cert=UNKNOWN),), sts=STS(fault="slow"),
             then=Phase("then the policy is known, and enforced", STS_NOT_TRUSTED)),
)

DANE_CHANGES: tuple[Scenario, ...] = (
    Scenario("rollover", "TLSA of the present certificate and of the next", DANE_OK, "RFC 7671 8.1", dns="signed",
             hosts=(Host(cert=UNKNOWN, tlsa=(TLSA(), TLSA(cert=NEXT))),),
             then=Phase("then the next certificate is used, TLSA is still in all caches", DANE_OK,
                        {"hosts": (Host(cert=NEXT, tlsa=(TLSA(), TLSA(cert=UNKNOWN))),)})),
    Scenario("rollover-looked-up-again", "TLSA of the present certificate", DANE_OK, "RFC 7671 8.1", dns="signed", hosts=(Host(cert=UNKNOWN, tlsa=EE),),
             then=Phase("then certificate and TLSA change, and the resolver knows; Weft looks again before it holds the mail", DANE_OK,
                        {"hosts": (Host(cert=NEXT, tlsa=EE),)}, flush=True)),
    # RFC 7671 8.1 tells the domain to publish the new record a TTL ahead; who does not has mail held until the old one has expired.
    Scenario("rollover-too-early", "TLSA of the present certificate", DANE_OK, "RFC 7671 8.1", dns="signed", hosts=(Host(cert=UNKNOWN, tlsa=EE),),
             then=Phase("then certificate and TLSA change, and the resolver has the old record for its TTL", DANE_FAILS,
                        {"hosts": (Host(cert=NEXT, tlsa=EE),)})),
    Scenario("rollover-short-ttl", "TLSA of the present certificate, TTL 1", DANE_OK, "RFC 7671 8.1", dns="signed", ttl=TTL,
             hosts=(Host(cert=UNKNOWN, tlsa=EE),),
             then=Phase("then certificate and TLSA change", DANE_OK, {"hosts": (Host(cert=NEXT, tlsa=EE),)})),
    Scenario("key-changed", "TLSA 3 1 1 matches, TTL 1", DANE_OK, "RFC 7672 2.2", dns="signed", ttl=TTL, hosts=(Host(cert=UNKNOWN, tlsa=EE),),
             then=Phase("then the certificate changes, TLSA does not", DANE_FAILS, {"hosts": (Host(cert=NEXT, tlsa=(TLSA(cert=UNKNOWN),)),)}),
             restarted=Phase("the same after a restart", DANE_FAILS)),
    Scenario("renewed-same-ca", "TLSA 2 1 1 of the CA", DANE_OK, "RFC 7671 5.2", dns="signed", hosts=(Host(cert=UNKNOWN, tlsa=(TLSA(2, 1, 1, "issuer"),)),),
             then=Phase("then the certificate is renewed by the same CA", DANE_OK, {"hosts": (Host(cert=NEXT, tlsa=(TLSA(2, 1, 1, "issuer"),)),)})),
    Scenario("tlsa-withdrawn", "TLSA does not match, TTL 1", DANE_FAILS, "RFC 7672 2.2", dns="signed", ttl=TTL, hosts=(Host(cert=UNKNOWN, tlsa=(TLSA(of="other"),)),),
             then=Phase("then there is no TLSA record any more, proven by DNSSEC", UNAUTHENTICATED, {"hosts": (Host(cert=UNKNOWN),)})),
    Scenario("tlsa-published", "a signed domain without TLSA, TTL 1", UNAUTHENTICATED, "RFC 7672 2.2", dns="signed", ttl=TTL, hosts=(Host(cert=UNKNOWN),),
             restarted=Phase("after a restart there is TLSA, which does not match", DANE_FAILS, {"hosts": (Host(cert=UNKNOWN, tlsa=(TLSA(of="other"),)),)})),
    Scenario("signatures-expire", "TLSA matches, TTL 1", DANE_OK, "RFC 7672 2.1.2", dns="signed", ttl=TTL, hosts=(Host(cert=UNKNOWN, tlsa=EE),), route="mx",
             then=Phase("then the signatures of the zone expire", BOGUS_DOMAIN, {"dns": "expired"})),
    Scenario("stripped-later", "TLSA matches", DANE_OK, "RFC 7672 2.2", dns="signed", hosts=(Host(cert=UNKNOWN, tlsa=EE),),
             then=Phase("then STARTTLS is stripped", Expect("deferred", "dane", "starttls-not-offered", "451 4.7.4", type="starttls-not-supported"),
                        {"hosts": (Host(cert=UNKNOWN, tlsa=EE, tls="stripped"),)})),
)

SEQUENCES: tuple[Scenario, ...] = (*STS_CACHE, *DANE_CHANGES)
