"""Mail of different kinds, as an MTA is given it: what it asks of a server depends on the kind."""

from dataclasses import dataclass

SENDER = "root@mta.example"


@dataclass(frozen=True)
class Letter:
    """kind: the name of what is special about it; number: so many of them, one behind the other; recipients: of each."""

    kind: str = "plain"
    number: int = 1
    recipients: int = 1
    # Each goes to so many domains in turn: "d1." and so on in front of the row's own; 0: to that.
    domains: int = 0

    def addressed(self, domain: str, run: str) -> list[tuple[str, list[str]]]:
        """Each letter's kind and recipients. run: what the local parts begin with, so that each run has recipients of its own."""
        letters = []
        for number in range(self.number):
            place = f"d{number % self.domains + 1}.{domain}" if self.domains else domain
            letters.append((self.kind, [f"{run}-{self.kind}-{number}-{n}@{place}" for n in range(self.recipients)]))
        return letters


# Kind -> parameters of MAIL, parameters of RCPT, what the text consists of.
KINDS: dict[str, tuple[str, str, bytes]] = {
    "plain": ("", "", b"A few words.\r\n"),
    "eightbit": (" BODY=8BITMIME", "", "Schöne Grüße.\r\n".encode()),
    "utf8": (" BODY=8BITMIME SMTPUTF8", "", "Schöne Grüße.\r\n".encode()),
    "dsn": (" RET=HDRS ENVID=lab", " NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;{recipient}", b"Tell me when it is there.\r\n"),
    "never": ("", " NOTIFY=NEVER", b"Tell me nothing.\r\n"),
    "dots": ("", "", b".\r\n..\r\n.begins with a dot\r\n\r\n.\r\n"),
    "large": ("", "", (b"x" * 76 + b"\r\n") * 12_000),
    "wide": ("", "", b"y" * 990 + b"\r\n"),
    "empty": ("", "", b""),
}


def session(letters: list[tuple[str, list[str]]], name: str = "localhost") -> bytes:
    """What a client of that name says to the MTA that is to send them, in one SMTP session (RFC 5321, pipelined)."""
    said = [f"EHLO {name}\r\n".encode()]
    for kind, recipients in letters:
        mail, rcpt, text = KINDS[kind]
        said.append(f"MAIL FROM:<{SENDER}>{mail}\r\n".encode())
        said += [f"RCPT TO:<{recipient}>{rcpt.format(recipient=recipient)}\r\n".encode() for recipient in recipients]
        subject = "Grüße" if kind == "utf8" else kind
        head = f"From: {SENDER}\r\nTo: {recipients[0]}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        head += "Content-Type: text/plain; charset=utf-8\r\n"
        if not text.isascii():
            head += "Content-Transfer-Encoding: 8bit\r\n"
        stuffed = b"".join(b"." + line if line.startswith(b".") else line for line in text.splitlines(keepends=True))
        said.append(b"DATA\r\n" + head.encode() + b"\r\n" + stuffed + b".\r\n")
    return b"".join([*said, b"QUIT\r\n"])
