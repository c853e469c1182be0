"""The scenarios: one entry for each way a destination can be. DESIGN's decide() says what must become of it."""

from .model import STS, TLSA, Cert, Expect, Host, Scenario

# A certificate from the trusted CA, for somebody else.
WRONG_NAME = Cert(names=("www.elsewhere.example",))

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        "dane-match",
        "TLSA 3 1 1 matches",
        Expect("delivered", "dane", "dane-verified", level="dane-verified"),
        dns="signed",
        hosts=(Host(tlsa=(TLSA(3, 1, 1),), cert=Cert(issuer="unknown")),),
    ),
    Scenario(
        "dane-mismatch",
        "TLSA 3 1 1 does not match",
        Expect("deferred", "dane", "dane-mismatch", "451 4.7.5"),
        dns="signed",
        hosts=(Host(tlsa=(TLSA(3, 1, 1, of="other"),)),),
        oracle="deferred",
    ),
    Scenario(
        "dane-fails-sts-passes",
        "TLSA does not match; MTA-STS would pass",
        Expect("deferred", "dane", "dane-mismatch", "451 4.7.5"),
        dns="signed",
        hosts=(Host(tlsa=(TLSA(3, 1, 1, of="other"),)),),
        sts=STS("enforce"),
        oracle="deferred",
    ),
    Scenario(
        "dane-ipv6",
        "TLSA 3 1 1 matches; MX has IPv6 only",
        Expect("delivered", "dane", "dane-verified", level="dane-verified"),
        dns="signed",
        hosts=(Host(tlsa=(TLSA(3, 1, 1),), cert=Cert(issuer="unknown"), family="6"),),
    ),
    Scenario(
        "sts-good",
        "MTA-STS enforce, good certificate",
        Expect("delivered", "sts", "sts-verified", level="sts-verified"),
        sts=STS("enforce"),
    ),
    Scenario(
        "sts-wrong-name",
        "MTA-STS enforce, certificate has another name",
        Expect("deferred", "sts", "certificate-host-mismatch", "451 4.7.5"),
        hosts=(Host(cert=WRONG_NAME),),
        sts=STS("enforce"),
    ),
    Scenario(
        "sts-stripped",
        "MTA-STS enforce, STARTTLS stripped",
        Expect("deferred", "sts", "starttls-not-offered", "451 4.7.4"),
        hosts=(Host(tls="stripped"),),
        sts=STS("enforce"),
    ),
    Scenario(
        "sts-testing",
        "MTA-STS testing, certificate has another name",
        Expect("delivered", "sts", "certificate-host-mismatch", would="defer", level="unauthenticated"),
        hosts=(Host(cert=WRONG_NAME),),
        sts=STS("testing"),
    ),
    Scenario(
        "plain-tls",
        "no policy, TLS with an unknown CA",
        Expect("delivered", "none", "no-policy", level="unauthenticated"),
        hosts=(Host(cert=Cert(issuer="unknown")),),
    ),
    Scenario(
        "plain",
        "no policy, no TLS",
        Expect("delivered", "none", "no-policy", level="plaintext"),
        hosts=(Host(tls="none"),),
    ),
    Scenario(
        "null-mx",
        "null MX in a signed zone (the MTA has a route)",
        Expect("bounced", "none", "null-mx", "556 5.1.10"),
        dns="signed",
        records=("@ MX 0 .",),
        hosts=(Host(label="www", preference=None),),
        route="www",
    ),
)
