"""A name server that passes questions on to another and answers some of them badly itself.

Arguments: its address, the other server's, and a JSON array of [owner, type, fault]; fault: "servfail", "refused" or "silence"."""

import json
import socket
import sys
import threading

TYPES = {1: "A", 5: "CNAME", 15: "MX", 16: "TXT", 28: "AAAA", 52: "TLSA"}
CODES = {"servfail": 2, "refused": 5}


def question(message: bytes) -> tuple[str, str, int]:
    """Name, type and where the question section ends (RFC 1035 4.1.2)."""
    labels, position = [], 12
    while length := message[position]:
        labels.append(message[position + 1 : position + 1 + length].decode("latin-1").lower())
        position += 1 + length
    number = int.from_bytes(message[position + 1 : position + 3], "big")
    return "".join(f"{label}." for label in labels), TYPES.get(number, str(number)), position + 5


def answer(message: bytes, upstream: str, faults: dict[tuple[str, str], str]) -> bytes | None:
    name, kind, end = question(message)
    fault = faults.get((name, kind))
    if fault == "silence":
        return None
    if fault is not None:
        flags = 0x8000 | int.from_bytes(message[2:4], "big") & 0x7910 | CODES[fault]
        return message[:2] + flags.to_bytes(2, "big") + b"\0\1\0\0\0\0\0\0" + message[12:end]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as forward:
        forward.settimeout(2)
        forward.connect((upstream, 53))
        forward.send(message)
        return forward.recv(65535)


def main() -> None:
    address, upstream, table = sys.argv[1:4]
    faults = {(owner.lower(), kind): fault for owner, kind, fault in json.loads(table)}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((address, 53))

        def serve(message: bytes, peer: tuple[str, int]) -> None:
            try:
                reply = answer(message, upstream, faults)
            except (OSError, IndexError):
                return
            if reply is not None:
                server.sendto(reply, peer)

        while True:
            threading.Thread(target=serve, args=server.recvfrom(65535), daemon=True).start()


if __name__ == "__main__":
    main()
