"""An SMTP server that does as a script says: at which point of a session it does what, and in which sessions.

A script is a string of steps, "POINT=ACTION" or "POINT=ACTION*N" (in its first N connections only), separated by spaces.

Points: greeting, ehlo, helo, starttls, handshake, secure-ehlo (EHLO within TLS), mail, rcpt, data, bdat, dot, rset, quit; "connections" and
"messages", whose action is a number: so many connections at a time for all clients, so many messages in a connection; "without", whose action is
keywords that the server lacks, separated by commas; "tls", whose action is a weakness of its TLS.

Actions: a reply code; close, reset or stall instead of a reply; CODE-close, a reply and then the end; slow, late (2 s, 5 s before the usual reply);
drip (the usual reply in single octets); bare, blank, garbage, mixed, lines, nocode, linefeed, space: the usual reply, sloppily said."""

import hashlib
import re
import socket
import ssl
import struct
import threading
import time
from pathlib import Path

KEYWORDS = ("PIPELINING", "SIZE 20480000", "ETRN", "STARTTLS", "ENHANCEDSTATUSCODES", "8BITMIME", "DSN", "SMTPUTF8", "CHUNKING")
# What the server says where the script says nothing.
USUAL = {"greeting": "220 {name} ESMTP", "ehlo": "250", "secure-ehlo": "250", "helo": "250 {name}", "starttls": "220 2.0.0 go ahead",
         "mail": "250 2.1.0 ok", "rcpt": "250 2.1.5 ok", "data": "354 go on", "bdat": "250 2.0.0 octets taken", "dot": "250 2.0.0 kept",
         "rset": "250 2.0.0 ok", "quit": "221 2.0.0 bye"}
STEP = re.compile(r"(?P<point>[a-z-]+)=(?P<action>[^* ]+)(?:\*(?P<first>\d+))?")
# Alerts of RFC 8446 6 that a server may answer a name with that it does not know.
ALERTS = {"alert-40": 40, "alert-49": 49, "alert-80": 80, "alert-112": 112}


class Close(Exception):
    """The server hangs up."""


def parse(script: str) -> list[tuple[str, str, int | None]]:
    steps = []
    for text in script.split():
        step = STEP.fullmatch(text)
        if step is None:
            raise ValueError(f"not a step of a script: {text}")
        steps.append((step["point"], step["action"], int(step["first"]) if step["first"] else None))
    return steps


class Script:
    """The script of one server, and what it must remember from one connection to the next."""

    def __init__(self, text: str):
        self.steps = parse(text)
        self.lock = threading.Lock()
        self.connections = self.open = 0

    def begin(self) -> tuple[dict[str, str], int]:
        """What holds in a new connection, by point, and how many are open with it."""
        with self.lock:
            self.connections += 1
            self.open += 1
            return {point: action for point, action, first in self.steps if first is None or self.connections <= first}, self.open

    def end(self) -> None:
        with self.lock:
            self.open -= 1


class ScriptedSession:
    def __init__(self, server, script: Script, connection: socket.socket):
        """server: has the host's name, its certificate, and `note` and `mail`."""
        self.server, self.script, self.connection = server, script, connection
        self.connection.settimeout(60)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.input = b""
        self.secure = False
        self.messages = 0
        self.forget()

    def forget(self) -> None:
        self.parameters: list[str] | None = None
        self.recipients: list[str] = []
        self.chunks = b""

    def run(self) -> None:
        self.actions, number = self.script.begin()
        try:
            if number > int(self.actions.get("connections", "1000")):
                self.say("421 4.7.0 one connection a client")
                raise Close("too many connections")
            self.answer("greeting")
            while True:
                verb, _, rest = self.line().partition(" ")
                self.on(verb.upper(), rest.strip())
        finally:
            self.script.end()
            # In TLS it is another socket than the one accepted.
            self.connection.close()

    # MARK: Commands

    def on(self, verb: str, rest: str) -> None:
        match verb:
            case "EHLO":
                self.forget()
                self.answer("secure-ehlo" if self.secure else "ehlo", self.hello())
            case "HELO":
                self.answer("helo")
            case "STARTTLS" if not self.secure and "STARTTLS" not in self.without:
                if self.answer("starttls"):
                    self.handshake()
            case "MAIL":
                self.server.note("mail")
                if self.messages >= int(self.actions.get("messages", "1000")):
                    self.say("421 4.7.0 enough messages in this connection")
                    raise Close("enough messages")
                if self.answer("mail"):
                    self.parameters = parameters(rest)
            case "RCPT" if self.parameters is not None:
                if self.answer("rcpt"):
                    self.recipients.append(address(rest))
                    self.parameters += parameters(rest)
            case "DATA" if self.recipients:
                if self.answer("data"):
                    self.data()
            case "BDAT" if self.recipients and "CHUNKING" not in self.without:
                self.bdat(rest)
            case "BDAT":
                self.octets(int(rest.split()[0]))
                self.say("503 5.5.1 no recipients")
            case "RCPT" | "DATA":
                self.say("503 5.5.1 not now")
            case "RSET":
                self.forget()
                self.answer("rset")
            case "NOOP":
                self.say("250 2.0.0 ok")
            case "QUIT":
                self.answer("quit")
                raise Close("QUIT")
            case _:
                self.say("502 5.5.1 what?")

    @property
    def without(self) -> list[str]:
        return self.actions.get("without", "").split(",")

    def hello(self) -> list[str]:
        lost = self.without + ["STARTTLS"] * self.secure
        return [f"{self.server.name} at your service"] + [word for word in KEYWORDS if word.split()[0] not in lost]

    def data(self) -> None:
        lines = []
        while (line := self.octets_to_line_end()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        self.finish(b"".join(lines), "dot")

    def bdat(self, rest: str) -> None:
        size, _, last = rest.partition(" ")
        self.chunks += self.octets(int(size))
        if last.upper() == "LAST":
            self.finish(self.chunks, "dot")
        else:
            self.answer("bdat")

    def finish(self, message: bytes, point: str) -> None:
        """The message is there: kept, when the answer says so or there will be none."""
        action = self.actions.get(point, "")
        if not action.startswith(("4", "5")) and action not in ("close", "reset", "stall"):
            self.keep(message)
        self.messages += 1
        self.answer(point)
        self.forget()

    def keep(self, message: bytes) -> None:
        head, _, body = message.partition(b"\r\n\r\n")
        subject = re.search(rb"^Subject: (.*?)\r?$", head, re.MULTILINE)
        for recipient in self.recipients:
            self.server.note("kept", recipient=recipient, tls=self.secure, parameters=sorted(self.parameters),
                             body=hashlib.sha256(body).hexdigest(), subject=subject[1].decode(errors="replace") if subject else "")

    # MARK: TLS

    def handshake(self) -> None:
        action = self.actions.get("handshake")
        if action is not None:
            self.connection.recv(65536)
            if action == "garbage":
                self.connection.sendall(b"this is no TLS record\r\n" * 20)
                raise Close("garbage")
            self.leave(action)
        self.connection = self.context().wrap_socket(self.connection, server_side=True)
        self.secure = True

    def context(self) -> ssl.SSLContext:
        weakness = self.actions.get("tls", "")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server.bundle)
        versions = {"1.0": ssl.TLSVersion.TLSv1, "1.1": ssl.TLSVersion.TLSv1_1, "1.2": ssl.TLSVersion.TLSv1_2}
        if weakness in versions:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = versions[weakness]
        elif weakness == "anonymous":
            context.set_ciphers("aNULL:@SECLEVEL=0")
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        elif weakness == "cbc":
            context.set_ciphers("ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        elif weakness == "no-tickets":
            context.num_tickets = 0
            context.options |= ssl.OP_NO_TICKET
        elif weakness in ALERTS or weakness == "unnamed-close":
            context.sni_callback = self.choose
        return context

    def choose(self, _socket: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> int | None:
        """An unknown name is refused; no name is taken."""
        if name is None or name == self.server.name:
            return None
        if self.actions["tls"] == "unnamed-close":
            self.connection.shutdown(socket.SHUT_RDWR)
        return ALERTS.get(self.actions["tls"], 80)

    # MARK: What goes over the wire

    def answer(self, point: str, lines: list[str] | None = None) -> bool:
        """Says what is due at a point. Whether that was a success."""
        action = self.actions.get(point)
        usual = [f"250-{line}" for line in lines[:-1]] + [f"250 {lines[-1]}"] if lines else [USUAL[point].format(name=self.server.name)]
        if action is None:
            self.say(*usual)
            return True
        code, _, then = action.partition("-")
        if code.isdigit():
            self.say(f"{code} {code[0]}.3.0 {point} is answered so" if code[0] in "45" else f"{code} as told")
            if then or code == "421":
                raise Close("as told")
            return code[0] in "23"
        if action in ("close", "reset", "stall"):
            self.leave(action)
        return self.say_in_a_manner(action, usual)

    def say_in_a_manner(self, manner: str, usual: list[str]) -> bool:
        code, text = usual[-1][:3], usual[-1][4:]
        if manner in ("slow", "late"):
            time.sleep(2 if manner == "slow" else 5)
        said = {
            "bare": [code] if len(usual) == 1 else usual,
            "blank": ["", *usual],
            "garbage": ["Warning: this server was not told what it should say", *usual],
            "mixed": [f"{'250' if code != '250' else '220'}-another code", *usual],
            "lines": [f"{code}-{text}", f"{code}-and more", *usual],
            "nocode": [usual[0], *(line[4:] for line in usual[1:-1]), usual[-1]] if len(usual) > 1 else ["go on, ", *usual],
            "space": [" " + usual[-1], *usual],
        }.get(manner, usual)
        data = "".join(line + ("\n" if manner == "linefeed" else "\r\n") for line in said).encode()
        for piece in (data[i:i + 1] for i in range(len(data))) if manner == "drip" else (data,):
            self.connection.sendall(piece)
        return True

    def say(self, *lines: str) -> None:
        self.connection.sendall("".join(line + "\r\n" for line in lines).encode())

    def leave(self, how: str) -> None:
        if how == "reset":
            # Closing with SO_LINGER at 0 sends RST.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if how == "stall":
            while self.connection.recv(65536):
                pass
        raise Close(how)

    def line(self) -> str:
        return self.octets_to_line_end().rstrip(b"\r\n").decode(errors="replace")

    def octets_to_line_end(self) -> bytes:
        while b"\n" not in self.input:
            self.receive()
        line, _, self.input = self.input.partition(b"\n")
        return line + b"\n"

    def octets(self, count: int) -> bytes:
        while len(self.input) < count:
            self.receive()
        found, self.input = self.input[:count], self.input[count:]
        return found

    def receive(self) -> None:
        data = self.connection.recv(65536)
        if not data:
            raise Close("the client closed")
        self.input += data


def parameters(rest: str) -> list[str]:
    """The names of the parameters of MAIL or RCPT; the value of BODY with it."""
    words = rest.partition(">")[2].split()
    return [word if word.upper().startswith("BODY=") else word.partition("=")[0] for word in words]


def address(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]
