"""What goes wrong between Weft and the policy host (RFC 8461 3.3). The MX host's certificate is from an unknown CA throughout: mail
passes exactly when there is no policy to enforce."""

from .. import plan
from ..model import STS, Cert, Expect, Host, Scenario
from .common import NOT_AUTHENTIC, NOT_FETCHED, STS_NOT_TRUSTED, UNKNOWN

PARKING = "<!DOCTYPE html>\n<html><head><title>This domain is for sale</title></head><body>mode: enforce</body></html>\n"
LARGE = "version: STSv1\nmode: enforce\nmx: mx.{domain}\nmax_age: 604800\n" + "x-filler: " + "x" * 70_000 + "\n"


def host(name: str, title: str, expect: Expect, sts: STS, rfc: str = "RFC 8461 3.3", **more: object) -> Scenario:
    return Scenario(f"sts-host-{name}", f"policy host: {title}", expect, rfc, hosts=(Host(cert=UNKNOWN),), sts=sts, **more)


POLICY_HOST: tuple[Scenario, ...] = (
    *(host(str(status), f"answers {status}", NOT_FETCHED, STS(status=status)) for status in (201, 204, 304, 401, 403, 404, 500, 503)),
    host("redirect", "redirects to a good policy, which must not be followed", NOT_FETCHED, STS(fault="redirect")),
    host("type", "serves the policy as application/octet-stream", NOT_FETCHED, STS(content_type="application/octet-stream")),
    host(
        "type-parameter", "serves the policy as text/plain with a charset", STS_NOT_TRUSTED, STS(content_type="text/plain; charset=utf-8")
    ),
    host("parking", "serves a parking page", NOT_FETCHED, STS(text=PARKING, content_type="text/html")),
    host(
        "parking-plain",
        "serves a parking page as text/plain",
        Expect("delivered", "none", "no-policy", type="sts-policy-invalid"),
        STS(text=PARKING),
        rfc="RFC 8461 3.2",
    ),
    host("large", "serves more than 64 KiB", NOT_FETCHED, STS(text=LARGE)),
    host("gzip", "compresses the policy, unasked", NOT_FETCHED, STS(fault="gzip")),
    # What no RCPT can wait for: the mail is held until it is known whether there is a policy (RFC 8461 10.2).
    host(
        "stalled",
        "sends an octet a second",
        Expect("deferred", "sts", "policy-pending", "451 4.7.0"),
        STS(fault="stalled"),
    ),
    host("expired", "has an expired certificate", NOT_AUTHENTIC, STS(cert=Cert(validity="expired"))),
    host("not-yet-valid", "has a certificate of tomorrow", NOT_AUTHENTIC, STS(cert=Cert(validity="future"))),
    host("wrong-name", "has a certificate for another name", NOT_AUTHENTIC, STS(cert=Cert(names=("www.elsewhere.example",)))),
    host("wildcard", "has a wildcard certificate", STS_NOT_TRUSTED, STS(cert=Cert(names=("*.sts-host-wildcard.example",)))),
    host("common-name", "has its name only in the common name", NOT_AUTHENTIC, STS(cert=Cert(names=()))),
    host("self-signed", "has a self-signed certificate", NOT_AUTHENTIC, STS(cert=Cert(issuer="self"))),
    host("unknown-ca", "has a certificate of an unknown CA", NOT_AUTHENTIC, STS(cert=UNKNOWN)),
    host("no-issuer", "does not send the issuing CA", NOT_AUTHENTIC, STS(cert=Cert(chain="leaf"))),
    host("client-purpose", "has a certificate for clients", NOT_AUTHENTIC, STS(cert=Cert(purpose="clientAuth")), rfc="RFC 5280 4.2.1.12"),
    host(
        "no-name",
        "is not served by the web server at its address",
        NOT_FETCHED,
        STS(address=""),
        records=("mta-sts CNAME www.elsewhere-nowhere.example.",),
    ),
    host("no-address", "has no address", NOT_FETCHED, STS(address="")),
    host("refused", "refuses connections", NOT_FETCHED, STS(address=plan.NO_POLICY_HOST)),
    # A domain's owner must not make Weft talk to hosts of its own network.
    *(
        host(f"address-{name}", f"has the address {address}", NOT_FETCHED, STS(address=address), rfc="RFC 8461 10.3")
        for name, address in (
            ("loopback", "127.0.0.1"),
            ("private", "10.0.0.80"),
            ("link-local", "169.254.169.254"),
            ("mapped", "::ffff:127.0.0.1"),
            ("ula", "fd00::80"),
        )
    ),
    host(
        "alias",
        "is an alias of a host elsewhere",
        STS_NOT_TRUSTED,
        STS(address=""),
        zones={"hoster-policy.example.": "unsigned"},
        records=("mta-sts CNAME web.hoster-policy.example.", f"web.hoster-policy.example. A {plan.POLICY_HOST}"),
    ),
    host(
        "servfail",
        "has an address that DNS answers SERVFAIL to",
        NOT_FETCHED,
        STS(),
        dns_faults={"mta-sts A": "servfail", "mta-sts AAAA": "servfail"},
    ),
    host("servfail-aaaa", "has an A record, AAAA is answered SERVFAIL", STS_NOT_TRUSTED, STS(), dns_faults={"mta-sts AAAA": "servfail"}),
)
