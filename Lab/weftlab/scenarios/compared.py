"""What is sent directly and behind Weft, to compare: servers of every manner, where no policy forbids a delivery, or one is met."""

from dataclasses import dataclass

from ..letters import KINDS, Letter
from ..model import STS, TLSA, Expect, Host, Scenario
from .common import UNKNOWN

EE = (TLSA(3, 1, 1),)
PLAIN = (Letter(),)
# One of each kind, one message to several, and some that may share a connection.
ALL = (*(Letter(kind) for kind in KINDS), Letter("plain", 1, 4))


@dataclass(frozen=True)
class Case:
    scenario: Scenario
    letters: tuple[Letter, ...] = PLAIN


def case(name: str, title: str, server: str, letters: tuple[Letter, ...] = PLAIN, policy: str = "none", **more: object) -> Case:
    """policy: "none", or "dane" or "sts", which is met. The outcome is whatever it is without Weft."""
    host = {"none": Host(server=server, cert=UNKNOWN), "dane": Host(server=server, cert=UNKNOWN, tlsa=EE), "sts": Host(server=server)}[policy]
    suffix = "" if policy == "none" else f"-{policy}"
    return Case(
        Scenario(
            name + suffix,
            title,
            Expect("as without Weft", policy, None),
            "RFC 5321 4.5.4.1",
            hosts=(host,),
            dns="signed" if policy == "dane" else "unsigned",
            sts=STS() if policy == "sts" else None,
            **more,
        ),
        letters,
    )


def words(script: str) -> str:
    """A script as part of a domain's name."""
    return "".join(c if c.isalnum() else "-" for c in script.lower()).strip("-")


def scripted(script: str, letters: tuple[Letter, ...] = PLAIN, policy: str = "none", name: str | None = None) -> Case:
    return case(name or words(script), f"a server that does {script}", script, letters, policy)


ENDS = ("close", "reset")
# At every point of a session: the server says no for now, no for ever, that it is closing, or nothing.
REFUSALS = {
    "greeting": ("421", "451", "554", "521-close", "554-close", *ENDS),
    "ehlo": ("421", "451", "502", "554", *ENDS),
    "starttls": ("421", "454", "501", "554", *ENDS),
    "handshake": ("garbage", *ENDS),
    "secure-ehlo": ("421", "451", "554", *ENDS),
    "mail": ("421", "451", "452", "550", "552", "554-close", *ENDS),
    "rcpt": ("421", "450", "452", "550", "552", "554-close", *ENDS),
    "data": ("421", "451", "554", "250", *ENDS),
    "dot": ("421", "451", "452", "552", "554", "554-close", *ENDS),
}
ONCE = ("421", "451", "450", "454", *ENDS, "garbage")
STALLS = ("greeting", "ehlo", "starttls", "handshake", "secure-ehlo", "mail", "rcpt", "data", "dot")
MANNERS = ("bare", "blank", "garbage", "mixed", "lines", "nocode", "linefeed", "space", "drip")
BURST = (Letter("plain", 6),)

FOR_EVER = tuple(scripted(f"{point}={action}") for point, actions in REFUSALS.items() for action in actions)
# What a second attempt heals, as it does without Weft.
FOR_ONCE = tuple(scripted(f"{point}={action}*1") for point, actions in REFUSALS.items() for action in actions if action in ONCE)
SILENCE = tuple(scripted(f"{point}=stall*1") for point in STALLS)
PATIENCE = tuple(scripted(f"{point}=late") for point in ("greeting", "ehlo", "mail", "rcpt", "data", "dot"))
SLOPPY = tuple(scripted(f"{point}={manner}") for point in ("greeting", "ehlo", "mail", "rcpt", "data", "dot") for manner in MANNERS)
ENDINGS = (
    *(scripted(f"quit={action}", BURST) for action in (*ENDS, "stall", "421", "500", "blank")),
    *(scripted(f"rset={action}", BURST) for action in (*ENDS, "421", "500")),
    scripted("dot=250-close", BURST),
    scripted("connections=1"),
    scripted("messages=1", BURST),
    scripted("messages=2", BURST),
)
WEAKNESSES = tuple(
    scripted(f"tls={weakness}")
    for weakness in ("1.0", "1.1", "1.2", "anonymous", "cbc", "no-tickets", "alert-40", "alert-49", "alert-80", "alert-112", "unnamed-close")
)
# What depends on keywords. What needs SMTPUTF8 has rows of its own: Postfix asks for the keyword where a connection begins, and sends in one that
# another letter has used what it would bounce in a new one.
DEPENDENT = tuple(Letter(kind) for kind in ("eightbit", "dsn", "large"))
UTF8 = (Letter("utf8"),)
WITHOUT = tuple(
    scripted(f"without={keywords}", DEPENDENT)
    for keywords in (
        "CHUNKING", "PIPELINING", "8BITMIME", "SIZE", "DSN", "SMTPUTF8", "STARTTLS", "ENHANCEDSTATUSCODES", "STARTTLS,CHUNKING",
        "CHUNKING,PIPELINING",
    )
) + (
    scripted("without=CHUNKING,8BITMIME,SMTPUTF8,DSN,SIZE,PIPELINING", DEPENDENT, name="without-all"),
    scripted("without=STARTTLS,CHUNKING,8BITMIME,SMTPUTF8,DSN,SIZE,PIPELINING", DEPENDENT, name="without-all-in-clear"),
    *(scripted(f"without={keywords}", UTF8, name=f"utf8-{words(keywords)}") for keywords in (
        "STARTTLS", "8BITMIME", "SMTPUTF8", "8BITMIME,SMTPUTF8", "STARTTLS,8BITMIME,SMTPUTF8", "STARTTLS,SMTPUTF8")),
)
# Where TLS must be: with a policy that is met, the same faults.
MET = (
    *(scripted(f"{point}={action}", policy="dane") for point in ("mail", "rcpt", "dot") for action in ("421", "451", "550", *ENDS)),
    *(scripted(f"{point}={action}*1", policy="dane") for point in ("greeting", "handshake", "secure-ehlo") for action in ENDS),
    *(scripted(f"{point}={manner}", policy="dane") for point in ("ehlo", "dot") for manner in ("blank", "mixed", "drip")),
    *(scripted(script, BURST, "dane") for script in ("messages=1", "dot=250-close")),
    *(scripted(script, BURST, "sts") for script in ("messages=1", "dot=250-close")),
    *(scripted("connections=1", policy=policy) for policy in ("dane", "sts")),
    scripted("tls=alert-112", policy="dane"),
    scripted("tls=alert-112", policy="sts"),
    scripted("without=CHUNKING", DEPENDENT, "dane"),
    scripted("without=SIZE", DEPENDENT, "sts"),
)
# Real servers, with all kinds of mail, many messages, and many domains of one hoster.
HOSTER = tuple(f"d{number} MX 10 mx" for number in range(1, 9))
REAL = tuple(
    made
    for server in ("postfix", "exim")
    for policy in ("none", "dane", "sts")
    for made in (
        case(f"{server}-all", f"{server}; mail of all kinds", server, ALL, policy),
        case(f"{server}-burst", f"{server}; many messages", server, (Letter("plain", 12),), policy),
    )
) + tuple(
    case(f"{words(server)}-hoster", f"{server}; many messages to the domains of one hoster", server, (Letter("plain", 12, domains=8),), policy,
         records=HOSTER)
    for server in ("postfix", "exim", "dot=lines")
    for policy in ("none", "dane")
)
CASES: tuple[Case, ...] = (
    *REAL, *FOR_EVER, *FOR_ONCE, *SILENCE, *PATIENCE, *SLOPPY, *ENDINGS, *WEAKNESSES, *WITHOUT, *MET,
    scripted("greeting=220", ALL, name="usual-all"),
    scripted("greeting=220", (Letter("plain", 12),), name="usual-burst"),
)
