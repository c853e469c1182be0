"""SMTP servers that misbehave, each in a way of its own. Run inside the Internet's namespace.

Argument: a JSON file with {"log": FILE, "mail": DIRECTORY, "hosts": [{"name", "address", "fault", "bundle"}]}. What happens is logged as
one JSON object per line; messages are put where virtual(8) would put them, but for those of servers with a script, which are noted."""

import json
import os
import socket
import ssl
import sys
import threading
import time
from pathlib import Path

# Run as a program, from its own directory.
from scriptedserver import Close, Script, ScriptedSession


class Server:
    """One host. fault: the name of what it does wrong; the methods below ask for it where it matters."""

    def __init__(self, host: dict, log: Path, mail: Path):
        self.name, self.address, self.fault, self.bundle = host["name"], host["address"], host["fault"], host["bundle"]
        self.log, self.mail = log, mail
        # A fault is one of those below, or a script.
        self.script = Script(self.fault) if "=" in self.fault else None

    def listen(self) -> None:
        with socket.create_server((self.address, 25), backlog=512) as listener:
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def note(self, event: str, **more: object) -> None:
        line = json.dumps({"host": self.name, "event": event, "at": time.time(), **more}) + "\n"
        descriptor = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.write(descriptor, line.encode())
        os.close(descriptor)

    def serve(self, connection: socket.socket) -> None:
        self.note("connect")
        try:
            with connection:
                if self.script is not None:
                    ScriptedSession(self, self.script, connection).run()
                else:
                    Session(self, connection).run()
        except (Close, OSError) as end:
            self.note("end", why=repr(end))
        finally:
            self.note("disconnect")


class Session:
    def __init__(self, server: Server, connection: socket.socket):
        self.server, self.fault, self.connection = server, server.fault, connection
        self.connection.settimeout(120)
        self.input = b""
        self.secure = False

    def run(self) -> None:
        greeting = {
            "greeting-554": "554 5.3.2 no service here",
            "greeting-451": "451 4.3.2 come back later",
            "greeting-421": "421 4.3.2 shutting down",
        }.get(self.fault, f"220 {self.server.name} ESMTP")
        if self.fault == "greeting-lines":
            # Several lines, in several segments, one of which ends within a reply code.
            for part in (b"220-", b"several lines\r\n2", b"20-of greeting\r", b"\n220 " + self.server.name.encode() + b" ESMTP\r\n"):
                self.connection.sendall(part)
                time.sleep(0.1)
        else:
            self.say(greeting)
        if greeting.startswith("421"):
            return
        while True:
            line = self.line()
            verb, _, rest = line.partition(" ")
            handler = getattr(self, f"on_{verb.lower()}", None)
            if handler is None:
                self.say("502 5.5.1 what?")
            else:
                handler(rest)

    def say(self, *lines: str) -> None:
        self.connection.sendall("".join(line + "\r\n" for line in lines).encode())

    def line(self) -> str:
        while b"\n" not in self.input:
            data = self.connection.recv(65536)
            if not data:
                raise Close("the client closed")
            self.input += data
        line, _, self.input = self.input.partition(b"\n")
        return line.rstrip(b"\r").decode(errors="replace")

    # MARK: Commands

    def on_ehlo(self, _rest: str) -> None:
        if self.fault == "no-ehlo":
            return self.say("502 5.5.1 EHLO is not known here")
        if self.fault == "ehlo-421":
            self.say("421 4.3.2 too busy")
            raise Close("421")
        if self.fault == "ehlo-garbage":
            self.say("this is no SMTP reply", "")
        lines = [self.server.name, "8BITMIME"]
        if not self.secure:
            lines.append("STARTTLS")
        if self.fault == "long-ehlo":
            lines += [f"X-KEYWORD-{number} " + "x" * 400 for number in range(80)]
        if self.fault == "endless-ehlo":
            lines += [f"X-KEYWORD-{number}" for number in range(5000)]
        if self.fault == "endless-line":
            lines.append("X-LONG " + "x" * 1_000_000)
        self.say(*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}")

    def on_helo(self, _rest: str) -> None:
        self.say(f"250 {self.server.name}")

    def on_starttls(self, _rest: str) -> None:
        if self.fault == "starttls-454":
            return self.say("454 4.7.0 TLS not available due to temporary reason")
        if self.fault == "starttls-501":
            return self.say("501 5.5.4 no")
        if self.fault == "inject":
            return self.connection.sendall(b"220 2.0.0 go ahead\r\n250-injected\r\n250 X-INJECTED\r\n")
        self.say("220 2.0.0 go ahead")
        if self.fault == "handshake-stall":
            while self.connection.recv(65536):
                pass
            raise Close("the client gave up")
        if self.fault == "handshake-reset":
            self.connection.recv(65536)
            # Closing with SO_LINGER at 0 sends RST.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            raise Close("reset")
        if self.fault == "handshake-garbage":
            self.connection.sendall(b"this is no TLS record\r\n" * 20)
            raise Close("garbage")
        self.connection = self.context().wrap_socket(self.connection, server_side=True)
        self.secure = True

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server.bundle)
        version = {"tls-1.0": ssl.TLSVersion.TLSv1, "tls-1.1": ssl.TLSVersion.TLSv1_1, "tls-1.2": ssl.TLSVersion.TLSv1_2}.get(self.fault)
        if version is not None:
            if version < ssl.TLSVersion.TLSv1_2:
                context.set_ciphers("DEFAULT:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = version
        if self.fault == "strict-sni":
            context.sni_callback = self.choose
        return context

    def choose(self, _socket: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> int | None:
        self.server.note("sni", name=name)
        return None if name == self.server.name else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    def on_mail(self, _rest: str) -> None:
        self.server.note("mail")
        if self.fault == "close-after-mail":
            raise Close("as told")
        self.say("550 5.7.1 nobody may send here" if self.fault == "mail-550" else "250 2.1.0 ok")

    def on_rcpt(self, rest: str) -> None:
        self.recipient = rest.partition(":")[2].strip().strip("<>").split(">")[0]
        replies = {"rcpt-550": "550 5.1.1 nobody of that name", "rcpt-450": "450 4.2.0 greylisted", "mail-550": "503 5.5.1 no MAIL"}
        self.say(replies.get(self.fault, "250 2.1.5 ok"))

    def on_data(self, _rest: str) -> None:
        if self.fault == "mail-550":
            return self.say("503 5.5.1 no")
        if self.fault == "data-554":
            return self.say("554 5.7.1 not today")
        self.say("354 go on")
        lines = []
        while (line := self.line()) != ".":
            lines.append(line)
        if self.fault == "close-after-dot":
            raise Close("as told")
        if self.fault == "dot-554":
            return self.say("554 5.7.1 spam")
        self.deliver("\n".join(lines))
        self.say("250 2.0.0 kept")

    def deliver(self, text: str) -> None:
        directory = self.server.mail / self.recipient.rpartition("@")[2] / "new"
        directory.mkdir(parents=True, exist_ok=True)
        header = f"Received: by {self.server.name} with {'ESMTPS' if self.secure else 'ESMTP'} id 1\n"
        (directory / f"{time.time_ns()}.{self.server.name}").write_text(header + text)

    def on_rset(self, _rest: str) -> None:
        self.say("250 2.0.0 ok")

    on_noop = on_rset

    def on_quit(self, _rest: str) -> None:
        self.say("221 2.0.0 bye")
        raise Close("QUIT")


def main() -> None:
    settings = json.loads(Path(sys.argv[1]).read_text())
    servers = [Server(host, Path(settings["log"]), Path(settings["mail"])) for host in settings["hosts"]]
    threads = [threading.Thread(target=server.listen) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
