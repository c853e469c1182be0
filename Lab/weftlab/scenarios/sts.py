"""MTA-STS and the certificate of the MX host (RFC 8461 4.1, 4.2)."""

from ..model import STS, Cert, Expect, Host, Scenario
from .common import (
    STS_EXPIRED,
    STS_NO_STARTTLS,
    STS_NOT_TRUSTED,
    STS_OK,
    STS_OTHER_MX,
    STS_WRONG_NAME,
    UNAUTHENTICATED,
    UNKNOWN,
    WRONG_NAME,
)


def cert(name: str, title: str, expect: Expect, cert: Cert, label: str = "mx", rfc: str = "RFC 8461 4.2") -> Scenario:
    return Scenario(f"sts-cert-{name}", f"MTA-STS enforce: {title}", expect, rfc, hosts=(Host(label, cert=cert),), sts=STS())


STS_CERTIFICATES: tuple[Scenario, ...] = (
    cert("expired", "the certificate has expired", STS_EXPIRED, Cert(validity="expired")),
    # RFC 8460 4.3.2 has no type of its own for it.
    cert(
        "not-yet-valid",
        "the certificate is of tomorrow",
        Expect("deferred", "sts", "certificate-expired", "451 4.7.5", type="certificate-not-trusted"),
        Cert(validity="future"),
    ),
    cert("common-name", "the host is only in the common name: there must be a DNS-ID", STS_WRONG_NAME, Cert(names=())),
    cert(
        "several-names",
        "the host is one of several names",
        STS_OK,
        Cert(names=("a.example", "mx.sts-cert-several-names.example", "b.example")),
    ),
    cert("wildcard", "a wildcard covers the host", STS_OK, Cert(names=("*.sts-cert-wildcard.example",))),
    cert("wildcard-deep", "a wildcard is one label short", STS_WRONG_NAME, Cert(names=("*.sts-cert-wildcard-deep.example",)), label="mx.a"),
    cert("wildcard-self", "a wildcard does not cover its own base", STS_WRONG_NAME, Cert(names=("*.mx.sts-cert-wildcard-self.example",))),
    cert(
        "wildcard-partial",
        "a wildcard for a part of a label counts for nothing",
        STS_WRONG_NAME,
        Cert(names=("m*.sts-cert-wildcard-partial.example",)),
    ),
    cert(
        "domain-only",
        "the certificate names the recipient domain, not the host",
        STS_WRONG_NAME,
        Cert(names=("sts-cert-domain-only.example",)),
    ),
    cert("upper-case", "the certificate has the name in upper case", STS_OK, Cert(names=("MX.STS-Cert-Upper-Case.Example",))),
    cert("self-signed", "the certificate is self-signed", STS_NOT_TRUSTED, Cert(issuer="self")),
    cert("unknown-ca", "an unknown CA issued the certificate", STS_NOT_TRUSTED, UNKNOWN),
    cert("no-issuer", "the issuing CA is not sent", STS_NOT_TRUSTED, Cert(chain="leaf")),
    cert("with-root", "the root is sent, too", STS_OK, Cert(chain="root")),
    cert("client-purpose", "the certificate is for clients", STS_NOT_TRUSTED, Cert(purpose="clientAuth"), rfc="RFC 5280 4.2.1.12"),
    Scenario("sts-no-tls", "MTA-STS enforce, a server without TLS", STS_NO_STARTTLS, "RFC 8461 4.2", hosts=(Host(tls="none"),), sts=STS()),
    Scenario("sts-testing-good", "MTA-STS testing, all is well", STS_OK, "RFC 8461 5", sts=STS("testing")),
    Scenario(
        "sts-testing-stripped",
        "MTA-STS testing, STARTTLS stripped",
        Expect("delivered", "sts", "starttls-not-offered", would="defer", level="plaintext", type="starttls-not-supported"),
        "RFC 8461 5",
        hosts=(Host(tls="stripped"),),
        sts=STS("testing"),
    ),
    Scenario(
        "sts-testing-other-mx",
        "MTA-STS testing, the policy names another host",
        Expect("delivered", "sts", "sts-mx-mismatch", would="defer", type="validation-failure"),
        "RFC 8461 5",
        sts=STS("testing", mx=("mx2.{domain}",)),
    ),
    Scenario(
        "sts-none",
        "MTA-STS none, the certificate is another's",
        UNAUTHENTICATED,
        "RFC 8461 5",
        hosts=(Host(cert=WRONG_NAME),),
        sts=STS("none"),
    ),
    Scenario(
        "sts-none-no-mx",
        "MTA-STS none, without mx",
        UNAUTHENTICATED,
        "RFC 8461 3.2",
        hosts=(Host(cert=WRONG_NAME),),
        sts=STS("none", mx=()),
    ),
    Scenario("sts-other-mx", "the policy names another host", STS_OTHER_MX, "RFC 8461 4.1", sts=STS(mx=("mx2.{domain}",))),
    Scenario("sts-pattern", "the policy has a wildcard that covers the host", STS_OK, "RFC 8461 4.1", sts=STS(mx=("*.{domain}",))),
    Scenario(
        "sts-pattern-deep",
        "the policy's wildcard is one label short",
        STS_OTHER_MX,
        "RFC 8461 4.1",
        hosts=(Host("mx.a"),),
        sts=STS(mx=("*.{domain}",)),
    ),
    Scenario(
        "sts-pattern-base",
        "the policy's wildcard does not cover its own base",
        STS_OTHER_MX,
        "RFC 8461 4.1",
        hosts=(Host("@"),),
        sts=STS(mx=("*.{domain}",)),
    ),
    Scenario(
        "sts-pattern-case", "the policy has the name in upper case", STS_OK, "RFC 8461 4.1", sts=STS(mx=("MX.STS-Pattern-Case.Example",))
    ),
    Scenario(
        "sts-pattern-second",
        "the third of the policy's patterns matches",
        STS_OK,
        "RFC 8461 4.1",
        sts=STS(mx=("a.elsewhere.example", "*.elsewhere.example", "mx.{domain}")),
    ),
    # RFC 8461 4.2: the certificate must name the host that is used; to name another that the policy permits is not enough.
    Scenario(
        "sts-pattern-not-host",
        "the certificate matches a pattern of the policy, but not the host",
        STS_WRONG_NAME,
        "RFC 8461 4.2",
        hosts=(Host(cert=Cert(names=("permitted.elsewhere.example",))),),
        sts=STS(mx=("mx.{domain}", "*.elsewhere.example")),
    ),
    Scenario(
        "sts-subdomain",
        "a policy of the domain above does not apply",
        UNAUTHENTICATED,
        "RFC 8461 3.4",
        mail_to="sub.sts-subdomain.example",
        records=("sub MX 10 mx.{domain}.",),
        hosts=(Host(cert=UNKNOWN),),
        sts=STS(),
    ),
    Scenario("sts-signed", "MTA-STS enforce in a signed zone without TLSA", STS_OK, "RFC 8461 2", dns="signed", sts=STS()),
)
