"""What is meant to be another behind Weft, and why. Each is a part of a problem's text; all else that `lab compare` finds is a fault."""

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Meant:
    rows: tuple[str, ...]  # names, or patterns of them
    problem: str  # what the problem's text has in it
    why: str


MEANT: tuple[Meant, ...] = (
    Meant(("greeting-5*",), "greeting is answered so",
          "A refusal in the greeting is said before there is a recipient, by anybody: it may bounce nothing, and becomes 421 with its text."),
    Meant(("mail-552*",), "554 5.3.4",
          "MAIL is answered at RCPT, where 552 would be for too many recipients (RFC 5321 4.5.3.1.10): it becomes 554 5.3.4."),
    Meant(("data-250/*",), "Unexpected answer to DATA",
          "An answer that is none to DATA bounces no mail."),
    Meant(("tls-1-0/*", "tls-1-1/*"), "behind Weft in clear",
          "TLS before 1.2 is not spoken unless `[tls] minimum` allows it (RFC 8996 2)."),
    Meant(("tls-anonymous/*",), "behind Weft in clear",
          "A server without a certificate has nothing that could be judged, and is not asked for TLS without one."),
    Meant(("handshake-*-1/*", "secure-ehlo-*-1/*"), "behind Weft in clear",
          "Where the handshake fails, or EHLO is not answered after it, Weft goes in clear at once and not at the second attempt (RFC 7435 3)."),
    Meant(("handshake-*-1-dane/exim", "secure-ehlo-*-1-dane/exim"), "delivered at attempt 1, behind Weft at attempt 2",
          "Exim goes in clear at once, which the policy forbids; Postfix and Weft deliver in TLS at the next attempt."),
    Meant(("secure-ehlo-stall-1/*",), "delivered at attempt",
          "As secure-ehlo-close-1; a server that is silent takes the MTA's patience with it."),
    Meant(("messages-*",), "enough messages in this connection",
          "An MTA takes a 421 to MAIL in a connection that it has used before for its end, and makes another at once. Behind Weft it comes at RCPT, "
          "since nothing of a message crosses a leg before a recipient's policy has accepted it, and defers the message once."),
)


def explanation(row: str, problem: str) -> Meant | None:
    return next((m for m in MEANT if m.problem in problem and any(fnmatchcase(row, pattern) for pattern in m.rows)), None)
