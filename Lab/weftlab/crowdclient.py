"""Clients for `lab crowd`. Run inside the MTA's namespace: `crowdclient.py NAME ADDRESS SECONDS`; `probe` prints JSON."""

import json
import socket
import sys
import threading
import time

# Connections of one flood at a time.
CONNECTIONS = 8


def flood(address: str, until: float, commands: bytes, reads: bool) -> None:
    """Says the commands as fast as they are taken, on one connection after the other; reads: takes the answers."""
    while time.monotonic() < until:
        try:
            with socket.create_connection((address, 25), timeout=5) as connection:
                connection.recv(1000)
                connection.settimeout(0.5)
                while time.monotonic() < until:
                    connection.sendall(commands)
                    if reads:
                        connection.recv(1 << 20)
        except OSError:
            # Cut off, or no longer read: the next connection.
            continue


def drip(address: str, until: float) -> None:
    """A message an octet at a time, ten a second."""
    while time.monotonic() < until:
        try:
            with socket.create_connection((address, 25), timeout=5) as connection:
                for line in (b"EHLO drip.example\r\n", b"MAIL FROM:<a@drip.example>\r\n", b"RCPT TO:<drip@crowded.example>\r\n", b"DATA\r\n"):
                    connection.recv(100_000)
                    connection.sendall(line)
                while time.monotonic() < until:
                    connection.sendall(b"x")
                    time.sleep(0.1)
        except OSError:
            continue


def session(address: str, replies: list[str]) -> None:
    with socket.create_connection((address, 25), timeout=30) as connection:
        stream = connection.makefile("rb")

        def reply() -> None:
            while (line := stream.readline()) and line[3:4] == b"-":
                pass
            if not line or line[:1] not in b"23":
                replies.append(line.decode(errors="replace").strip() or "closed without a reply")

        reply()
        for line in ("EHLO probe.example", "MAIL FROM:<a@probe.example>", "RCPT TO:<probe@crowded.example>", "DATA", "text\r\n.", "QUIT"):
            connection.sendall(line.encode() + b"\r\n")
            reply()


def probe(address: str, until: float) -> None:
    """One session after the other, and how long each took."""
    seconds: list[float] = []
    bad: list[str] = []
    while time.monotonic() < until:
        start = time.monotonic()
        try:
            session(address, bad)
        except OSError as error:
            bad.append(repr(error))
        seconds.append(time.monotonic() - start)
        time.sleep(0.02)
    print(json.dumps({"seconds": seconds, "bad": bad}))


def main() -> None:
    name, address, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    until = time.monotonic() + seconds
    if name == "probe":
        return probe(address, until)
    work = {
        "ehlo": lambda: flood(address, until, b"EHLO flood.example\r\n" * 2000, False),
        "rset": lambda: flood(address, until, b"EHLO flood.example\r\n" + b"RSET\r\n" * 2000, True),
        "noop": lambda: flood(address, until, b"NOOP\r\n" * 5000, False),
        "connect": lambda: flood(address, until, b"QUIT\r\n", True),
        "drip": lambda: drip(address, until),
    }[name]
    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
