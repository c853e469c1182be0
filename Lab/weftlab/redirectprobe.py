"""Does the kernel redirect connections of local processes, and tell where they were to go? Run inside the MTA's namespace.

Arguments: port, mark, then addresses. Listens on the port, connects to port 25 of each address; prints one JSON object per address."""

import json
import socket
import struct
import sys

SO_ORIGINAL_DST = 80  # linux/netfilter_ipv4.h; the same number at level IPPROTO_IPV6 (IP6T_SO_ORIGINAL_DST)
SO_MARK = 36


def original_destination(connection: socket.socket, v6: bool) -> tuple[str, int]:
    if v6:
        raw = connection.getsockopt(socket.IPPROTO_IPV6, SO_ORIGINAL_DST, 28)
        return socket.inet_ntop(socket.AF_INET6, raw[8:24]), struct.unpack("!H", raw[2:4])[0]
    raw = connection.getsockopt(socket.IPPROTO_IP, SO_ORIGINAL_DST, 16)
    return socket.inet_ntop(socket.AF_INET, raw[4:8]), struct.unpack("!H", raw[2:4])[0]


def probe(address: str, port: int, mark: int) -> dict:
    v6 = ":" in address
    family = socket.AF_INET6 if v6 else socket.AF_INET
    with socket.create_server(("::1" if v6 else "127.0.0.1", port), family=family) as listener:
        listener.settimeout(5)
        with socket.create_connection((address, 25), timeout=5):
            accepted, _ = listener.accept()
            with accepted:
                destination = original_destination(accepted, v6)
        with socket.socket(family) as marked:
            marked.settimeout(5)
            marked.setsockopt(socket.SOL_SOCKET, SO_MARK, mark)
            marked.connect((address, 25))
            greeting = marked.recv(512).decode(errors="replace").strip()
    return {"address": address, "original": list(destination), "greeting": greeting}


if __name__ == "__main__":
    for target in sys.argv[3:]:
        print(json.dumps(probe(target, int(sys.argv[1]), int(sys.argv[2], 0))))
