"""What DANE makes of the certificate, and of a server without TLS (RFC 7672 2.2, 3)."""

from ..model import TLSA, Cert, Expect, Host, Scenario
from .common import DANE_FAILS, DANE_INSECURE_MX, DANE_NO_STARTTLS, DANE_OK, DANE_WRONG_NAME, NO_POLICY, OTHER, UNKNOWN

TA = (TLSA(2, 1, 1, "issuer"),)
EE = (TLSA(3, 1, 1),)


def dane(
    name: str, title: str, expect: Expect, rfc: str, cert: Cert, tlsa: tuple[TLSA, ...], label: str = "mx", **more: object
) -> Scenario:
    return Scenario(f"dane-{name}", title, expect, rfc, dns="signed", hosts=(Host(label, cert=cert, tlsa=tlsa),), **more)


def issued(**more: object) -> Cert:
    return Cert(issuer="unknown", **more)


# RFC 7672 3.1.1: nothing of the certificate matters but what the record is about.
EE_ROWS: tuple[Scenario, ...] = (
    dane("ee-expired", "TLSA 3 1 1 matches an expired certificate", DANE_OK, "RFC 7672 3.1.1", issued(validity="expired"), EE),
    dane("ee-not-yet-valid", "TLSA 3 1 1 matches a certificate of tomorrow", DANE_OK, "RFC 7672 3.1.1", issued(validity="future"), EE),
    dane(
        "ee-wrong-name",
        "TLSA 3 1 1 matches a certificate for another name",
        DANE_OK,
        "RFC 7672 3.1.1",
        issued(names=("elsewhere.example",)),
        EE,
    ),
    dane("ee-no-name", "TLSA 3 0 1 matches a certificate without names", DANE_OK, "RFC 7672 3.1.1", issued(names=()), (TLSA(3, 0, 1),)),
    dane("ee-self-signed", "TLSA 3 1 1 matches a self-signed certificate", DANE_OK, "RFC 7672 3.1.1", Cert(issuer="self"), EE),
    dane("ee-client-purpose", "TLSA 3 1 1 matches a certificate for clients", DANE_OK, "RFC 7671 5.1", issued(purpose="clientAuth"), EE),
    dane("ee-no-issuer", "TLSA 3 1 1 matches; the issuing CA is not sent", DANE_OK, "RFC 7672 3.1.1", issued(chain="leaf"), EE),
)

TA_ROWS: tuple[Scenario, ...] = (
    dane(
        "ta-wrong-name",
        "TLSA 2 1 1 matches, the certificate names another host",
        DANE_WRONG_NAME,
        "RFC 7672 3.2.2",
        issued(names=("elsewhere.example",)),
        TA,
    ),
    dane(
        "ta-expired",
        "TLSA 2 1 1 matches, the certificate has expired",
        Expect("deferred", "dane", "dane-mismatch", "451 4.7.5", type="certificate-expired"),
        "RFC 7672 3.1.2",
        issued(validity="expired"),
        TA,
    ),
    dane(
        "ta-not-yet-valid",
        "TLSA 2 1 1 matches, the certificate is of tomorrow",
        Expect("deferred", "dane", "dane-mismatch", "451 4.7.5", type="certificate-not-trusted"),
        "RFC 7672 3.1.2",
        issued(validity="future"),
        TA,
    ),
    dane("ta-not-sent", "TLSA 2 1 1 of a CA that the server does not send", DANE_FAILS, "RFC 7672 3.1.2", issued(chain="leaf"), TA),
    # RFC 7671 5.2.2 demands that the server sends it all the same; a client that has it from DNS may do without.
    dane(
        "ta-from-dns",
        "TLSA 2 0 0 holds the CA certificate, which the server does not send",
        DANE_OK,
        "RFC 7671 5.2.2",
        issued(chain="leaf"),
        (TLSA(2, 0, 0, "issuer"),),
    ),
    dane(
        "ta-next-hop",
        "TLSA 2 1 1 matches, the certificate names the recipient domain",
        DANE_OK,
        "RFC 7672 3.2.2",
        issued(names=("dane-ta-next-hop.example",)),
        TA,
    ),
    dane(
        "ta-wildcard",
        "TLSA 2 1 1 matches, the certificate has a wildcard",
        DANE_OK,
        "RFC 7672 3.2.3",
        issued(names=("*.dane-ta-wildcard.example",)),
        TA,
    ),
    dane(
        "ta-wildcard-deep",
        "TLSA 2 1 1 matches, the wildcard is one label short",
        DANE_WRONG_NAME,
        "RFC 7672 3.2.3",
        issued(names=("*.dane-ta-wildcard-deep.example",)),
        TA,
        label="mx.a",
    ),
    dane("ta-common-name", "TLSA 2 1 1 matches, the host is only in the common name", DANE_OK, "RFC 7672 3.2.3", issued(names=()), TA),
    dane(
        "ta-client-purpose",
        "TLSA 2 1 1 matches, the certificate is for clients",
        Expect("deferred", "dane", "dane-mismatch", "451 4.7.5", type="certificate-not-trusted"),
        "RFC 7671 5.2",
        issued(purpose="clientAuth"),
        TA,
    ),
    Scenario(
        "dane-ta-insecure-mx-next-hop",
        "insecure MX, TLSA 2 1 1 matches, the certificate names the recipient domain only",
        DANE_WRONG_NAME,
        "RFC 7672 3.2.2",
        zones={"hoster-ta-insecure-mx.example.": "signed"},
        hosts=(Host("mx.hoster-ta-insecure-mx.example.", tlsa=TA, cert=issued(names=("dane-ta-insecure-mx-next-hop.example",))),),
    ),
)

TLS_ROWS: tuple[Scenario, ...] = (
    Scenario(
        "dane-stripped",
        "TLSA 3 1 1, STARTTLS stripped",
        DANE_NO_STARTTLS,
        "RFC 7672 2.2",
        dns="signed",
        hosts=(Host(tlsa=EE, tls="stripped"),),
    ),
    Scenario(
        "dane-no-tls",
        "TLSA 3 1 1, a server without TLS",
        DANE_NO_STARTTLS,
        "RFC 7672 2.2",
        dns="signed",
        hosts=(Host(tlsa=EE, tls="none"),),
    ),
    Scenario(
        "dane-insecure-mx",
        "insecure MX, a signed host whose TLSA matches",
        DANE_INSECURE_MX,
        "RFC 7672 2.2.1",
        zones={"hoster-insecure-mx.example.": "signed"},
        hosts=(Host("mx.hoster-insecure-mx.example.", tlsa=EE, cert=UNKNOWN),),
    ),
    Scenario(
        "dane-insecure-mx-bad",
        "insecure MX, a signed host whose TLSA does not match",
        DANE_FAILS,
        "RFC 7672 2.2.1",
        zones={"hoster-insecure-mx-bad.example.": "signed"},
        hosts=(Host("mx.hoster-insecure-mx-bad.example.", tlsa=(OTHER,)),),
    ),
    Scenario(
        "dane-required",
        "DANE required by configuration, no TLSA records",
        Expect("deferred", "dane", "dane-required", "451 4.7.5", type="dane-required"),
        "RFC 7672 6",
        dns="signed",
        weft={"require": "dane"},
    ),
    Scenario(
        "dane-required-met",
        "DANE required by configuration, TLSA 3 1 1 matches",
        DANE_OK,
        "RFC 7672 6",
        dns="signed",
        hosts=(Host(tlsa=EE),),
        weft={"require": "dane"},
    ),
    Scenario(
        "dane-required-unusable",
        "DANE required by configuration, all TLSA records unusable",
        Expect("deferred", "dane", "dane-required", "451 4.7.5", type="dane-required"),
        "RFC 7672 6",
        dns="signed",
        hosts=(Host(tlsa=(TLSA(1, 1, 1),)),),
        weft={"require": "dane"},
    ),
    Scenario(
        "dane-report-only",
        "TLSA does not match, recorded only (enforcement = report)",
        Expect("delivered", "dane", "dane-mismatch", would="defer", type="validation-failure"),
        "RFC 8460 4.3.2",
        dns="signed",
        hosts=(Host(tlsa=(OTHER,), cert=UNKNOWN),),
        weft={"enforcement": "report"},
    ),
    Scenario(
        "dane-refuse",
        "TLSA does not match, the operator has it bounced (on-failure = refuse)",
        Expect("bounced", "dane", "dane-mismatch", "550 5.7.5", type="validation-failure"),
        "RFC 7672 2.2",
        dns="signed",
        hosts=(Host(tlsa=(OTHER,), cert=UNKNOWN),),
        weft={"on-failure": "refuse"},
    ),
    Scenario(
        "dane-no-records", "a signed domain without TLSA records", NO_POLICY, "RFC 7672 2.2", dns="signed", hosts=(Host(cert=UNKNOWN),)
    ),
)

DANE: tuple[Scenario, ...] = (*EE_ROWS, *TA_ROWS, *TLS_ROWS)
