"""SMTP servers that misbehave (RFC 3207, RFC 5321), with and without a policy."""

from ..model import STS, TLSA, Cert, Expect, Host, Scenario
from .common import DANE_HANDSHAKE, DANE_OK, NO_POLICY, PLAIN, STS_HANDSHAKE, STS_NO_STARTTLS, STS_OK, UNAUTHENTICATED, UNKNOWN

EE = (TLSA(3, 1, 1),)
# The session ends before there is a recipient to decide about.
NO_DECISION = Expect("deferred", None, None)


def free(fault: str, title: str, expect: Expect, rfc: str) -> Scenario:
    return Scenario(f"smtp-{fault.replace('.', '-')}", title, expect, rfc, hosts=(Host(server=fault, cert=UNKNOWN),))


def dane(fault: str, title: str, expect: Expect, rfc: str) -> Scenario:
    return Scenario(
        f"smtp-{fault.replace('.', '-')}-dane",
        f"TLSA 3 1 1; {title}",
        expect,
        rfc,
        dns="signed",
        hosts=(Host(server=fault, cert=UNKNOWN, tlsa=EE),),
    )


def sts(fault: str, title: str, expect: Expect, rfc: str) -> Scenario:
    return Scenario(f"smtp-{fault.replace('.', '-')}-sts", f"MTA-STS enforce; {title}", expect, rfc, hosts=(Host(server=fault),), sts=STS())


def unusable(fault: str, title: str, expect: Expect, rfc: str) -> Scenario:
    """A leg that must be encrypted and cannot be authenticated: anybody may be at its end."""
    return Scenario(
        f"smtp-{fault}-unusable",
        f"TLSA 1 1 1; {title}",
        expect,
        rfc,
        dns="signed",
        hosts=(Host(server=fault, cert=UNKNOWN, tlsa=(TLSA(1, 1, 1),)),),
    )


def refused(policy: str) -> Expect:
    return Expect("deferred", policy, "starttls-refused", "451 4.7.4", type="starttls-not-supported")


STARTTLS: tuple[Scenario, ...] = (
    # RFC 7435: without a policy, clear text is better than no delivery.
    free("starttls-454", "STARTTLS is answered 454", PLAIN, "RFC 3207 4.1"),
    dane("starttls-454", "STARTTLS is answered 454", refused("dane"), "RFC 7672 2.2"),
    sts("starttls-454", "STARTTLS is answered 454", refused("sts"), "RFC 8461 4.2"),
    free("starttls-501", "STARTTLS is answered 501", PLAIN, "RFC 3207 4"),
    dane("starttls-501", "STARTTLS is answered 501", refused("dane"), "RFC 7672 2.2"),
    sts("starttls-501", "STARTTLS is answered 501", refused("sts"), "RFC 8461 4.2"),
    free("inject", "replies are injected behind the 220 to STARTTLS", PLAIN, "RFC 3207 6"),
    dane("inject", "replies are injected behind the 220 to STARTTLS", DANE_HANDSHAKE, "RFC 3207 6"),
    sts("inject", "replies are injected behind the 220 to STARTTLS", STS_HANDSHAKE, "RFC 3207 6"),
    free("handshake-stall", "the handshake is never answered", PLAIN, "RFC 7435 3"),
    dane("handshake-stall", "the handshake is never answered", DANE_HANDSHAKE, "RFC 7672 2.2"),
    free("handshake-reset", "the connection is reset in the handshake", PLAIN, "RFC 7435 3"),
    sts("handshake-reset", "the connection is reset in the handshake", STS_HANDSHAKE, "RFC 8461 4.2"),
    free("handshake-garbage", "the handshake is answered with something else", PLAIN, "RFC 7435 3"),
    sts("handshake-garbage", "the handshake is answered with something else", STS_HANDSHAKE, "RFC 8461 4.2"),
    free("tls-1.0", "the server has TLS 1.0 only", PLAIN, "RFC 8996 4"),
    dane("tls-1.0", "the server has TLS 1.0 only", DANE_HANDSHAKE, "RFC 8996 4"),
    sts("tls-1.1", "the server has TLS 1.1 only", STS_HANDSHAKE, "RFC 8461 4.2"),
    dane("tls-1.2", "the server has TLS 1.2 only", DANE_OK, "RFC 7672 8.1"),
    sts("tls-1.2", "the server has TLS 1.2 only", STS_OK, "RFC 8461 4.2"),
    # RFC 7672 8.1 and RFC 8461 7.1 forbid it; some hosters do it, so the right name has to be sent.
    free("strict-sni", "a handshake without the right SNI is ended by alert 112", NO_POLICY, "RFC 6066 3"),
    dane("strict-sni", "a handshake without the right SNI is ended by alert 112", DANE_OK, "RFC 7672 8.1"),
    sts("strict-sni", "a handshake without the right SNI is ended by alert 112", STS_OK, "RFC 8461 7.1"),
)

GREETINGS: tuple[Scenario, ...] = (
    free("no-ehlo", "EHLO is answered 502, HELO is fine", PLAIN, "RFC 5321 3.2"),
    sts("no-ehlo", "EHLO is answered 502, HELO is fine", STS_NO_STARTTLS, "RFC 8461 4.2"),
    # What a server says before anybody has authenticated it may not bounce mail.
    free("greeting-554", "the greeting is 554", NO_DECISION, "RFC 5321 3.1"),
    dane("greeting-554", "the greeting is 554", NO_DECISION, "RFC 5321 3.1"),
    free("greeting-451", "the greeting is 451", NO_DECISION, "RFC 5321 4.3.2"),
    free("greeting-421", "the greeting is 421", NO_DECISION, "RFC 5321 4.3.2"),
    dane("greeting-lines", "the greeting has several lines, in pieces", DANE_OK, "RFC 5321 4.2.1"),
    free("ehlo-421", "EHLO is answered 421", NO_DECISION, "RFC 5321 4.3.2"),
    # As an MTA does: what is no reply is passed over.
    free("ehlo-garbage", "EHLO is answered with lines that are no reply, then with one", UNAUTHENTICATED, "RFC 5321 4.2"),
    dane("long-ehlo", "EHLO is answered with 80 long lines", DANE_OK, "RFC 5321 4.5.3.1.5"),
    free("endless-ehlo", "EHLO is answered with 5000 lines", NO_DECISION, "RFC 5321 4.5.3.1"),
    free("endless-line", "EHLO is answered with a line of 1 MB", NO_DECISION, "RFC 5321 4.5.3.1.5"),
)

REPLIES: tuple[Scenario, ...] = (
    free("close-after-mail", "the server hangs up after MAIL", Expect("deferred", "none", "no-policy", mail_commands=1), "RFC 5321 3.8"),
    dane(
        "close-after-mail", "the server hangs up after MAIL", Expect("deferred", "dane", "dane-verified", mail_commands=1), "RFC 5321 3.8"
    ),
    dane(
        "close-after-dot",
        "the server hangs up after the dot",
        Expect("deferred", "dane", "dane-verified", mail_commands=1),
        "RFC 5321 4.5.3.2.6",
    ),
    # A server without a policy may say what it likes, as it may without Weft; so may one that DANE or MTA-STS has authenticated.
    free("mail-550", "MAIL is answered 550", Expect("bounced", "none", "no-policy", "550 5.7.1", mail_commands=1), "RFC 5321 4.2.1"),
    free("rcpt-550", "RCPT is answered 550", Expect("bounced", "none", "no-policy", "550 5.1.1", mail_commands=1), "RFC 5321 4.2.1"),
    dane("rcpt-550", "RCPT is answered 550", Expect("bounced", "dane", "dane-verified", "550 5.1.1", mail_commands=1), "RFC 5321 4.2.1"),
    sts("rcpt-550", "RCPT is answered 550", Expect("bounced", "sts", "sts-verified", "550 5.1.1", mail_commands=1), "RFC 5321 4.2.1"),
    dane("rcpt-450", "RCPT is answered 450", Expect("deferred", "dane", "dane-verified", "450 4.2.0", mail_commands=1), "RFC 5321 4.2.1"),
    dane("data-554", "DATA is answered 554", Expect("bounced", "dane", "dane-verified", "554 5.7.1", mail_commands=1), "RFC 5321 4.2.1"),
    dane("dot-554", "the dot is answered 554", Expect("bounced", "dane", "dane-verified", "554 5.7.1", mail_commands=1), "RFC 5321 4.2.1"),
    # A domain with a policy, and a leg that nobody has authenticated: its 5xx may be anybody's, and becomes a 4xx.
    unusable(
        "rcpt-550",
        "RCPT is answered 550",
        Expect("deferred", "dane", "tlsa-unusable", "4", type="tlsa-invalid", mail_commands=1),
        "RFC 7672 2.2",
    ),
    unusable(
        "mail-550",
        "MAIL is answered 550",
        Expect("deferred", "dane", "tlsa-unusable", "4", type="tlsa-invalid", mail_commands=1),
        "RFC 7672 2.2",
    ),
    unusable(
        "data-554",
        "DATA is answered 554",
        Expect("deferred", "dane", "tlsa-unusable", "4", type="tlsa-invalid", mail_commands=1),
        "RFC 7672 2.2",
    ),
    unusable(
        "dot-554",
        "the dot is answered 554",
        Expect("deferred", "dane", "tlsa-unusable", "4", type="tlsa-invalid", mail_commands=1),
        "RFC 7672 2.2",
    ),
)

NO_POLICIES: tuple[Scenario, ...] = (
    Scenario("plain-stripped", "no policy, STARTTLS stripped", PLAIN, "RFC 3207 6", hosts=(Host(tls="stripped"),)),
    Scenario("plain-pkix", "no policy, a good certificate", Expect("delivered", "none", "no-policy", level="pkix"), "RFC 7435 3"),
    Scenario(
        "plain-expired", "no policy, an expired certificate", UNAUTHENTICATED, "RFC 7435 3", hosts=(Host(cert=Cert(validity="expired")),)
    ),
    Scenario(
        "plain-self-signed", "no policy, a self-signed certificate", UNAUTHENTICATED, "RFC 7435 3", hosts=(Host(cert=Cert(issuer="self")),)
    ),
    Scenario(
        "plain-wrong-name",
        "no policy, a certificate for another name",
        UNAUTHENTICATED,
        "RFC 7435 3",
        hosts=(Host(cert=Cert(names=("www.elsewhere.example",))),),
    ),
    Scenario(
        "plain-signed",
        "a signed domain without any policy, a server without TLS",
        PLAIN,
        "RFC 7672 2.2",
        dns="signed",
        hosts=(Host(tls="none"),),
    ),
)

SERVERS: tuple[Scenario, ...] = (*STARTTLS, *GREETINGS, *REPLIES, *NO_POLICIES)
