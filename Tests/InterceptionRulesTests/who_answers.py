"""Who answers connections to port 25 under redirect rules, tried with packets in network namespaces that go with the process.

usage: who_answers.py CASE TOOL FAMILY   (the rules on standard input)

TOOL is nft or sh, FAMILY 4 or 6. The cases:
  port       a client gets the source port of a leg (marked) whose server has reset it: "mx" when the rules were passed by, else "weft"
  older      a client is connected to the server before the rules are loaded: what it hears then; and who answers a new one
  forwarded  the same, of connections that the host with the rules forwards
"""

import ctypes
import socket
import struct
import subprocess
import sys
import threading

MARK, LISTENER = 0x57, 10025
NEW_NETWORK = 0x40000000

finished = threading.Event()


class Network(threading.Thread):
    """A thread with a network of its own."""

    def __init__(self, body):
        super().__init__(daemon=True)
        self.body, self.entered, self.failure = body, threading.Event(), None
        self.start()
        self.entered.wait()

    def run(self):
        try:
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.unshare(NEW_NETWORK):
                raise OSError(ctypes.get_errno(), "unshare")
            self.pid = threading.get_native_id()
            run("ip", "link", "set", "lo", "up")
            self.entered.set()
            self.body()
        except BaseException as error:
            self.failure = error
            self.entered.set()
            finished.set()


def run(*words, text=None):
    subprocess.run(words, check=True, input=text, text=True, stdout=subprocess.DEVNULL)


def serve(listener, text, reset):
    """Says a word to whoever connects, and again when asked; or resets the connection then."""

    def answer(connection):
        connection.sendall(text)
        while connection.recv(1):
            if reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return connection.close()
            connection.sendall(text)

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


def listen(family, address):
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)
    listener.listen(16)
    return listener


def connect(family, port, peer, mark=None):
    client = socket.socket(family)
    client.settimeout(5)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if mark is not None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, mark)
    client.bind(("", port))
    client.connect((peer, 25))
    return client


def heard(connection, ask=True):
    """What a connection says, when asked or at once; or why it says nothing."""
    try:
        if ask:
            connection.sendall(b"?")
        return connection.recv(16).decode() or "closed"
    except OSError as error:
        return error.strerror or str(error)


def answered(family, port, peer):
    try:
        return heard(connect(family, port, peer), ask=False)
    except OSError as error:
        return error.strerror or str(error)


def main():
    case, tool, version = sys.argv[1:4]
    rules = sys.stdin.read()
    family = socket.AF_INET6 if version == "6" else socket.AF_INET
    pattern = "2001:db8:{}::{}" if version == "6" else "198.51.{}.{}"
    loopback = "::1" if version == "6" else "127.0.0.1"
    near, far = pattern.format(100, 1), pattern.format(100, 25)
    inner, outer = pattern.format(101, 1), pattern.format(101, 7)
    wired, listening, connected, loaded = (threading.Event() for _ in range(4))
    answers = []

    def address(device, text):
        run("ip", "address", "add", f"{text}/{'64' if version == '6' else '24'}", "dev", device, *(["nodad"] if version == "6" else []))
        run("ip", "link", "set", device, "up")

    def load():
        run(*(["nft", "-f", "-"] if tool == "nft" else ["sh"]), text=rules)

    def weft(at):
        threading.Thread(target=serve, args=(listen(family, (at, LISTENER)), b"weft", False), daemon=True).start()

    def server():
        wired.wait()
        address("far", far)
        run("ip", "route", "add", "default", "via", near)
        listener = listen(family, (far, 25))
        listening.set()
        serve(listener, b"mx", reset=case == "port")

    def client():
        wired.wait()
        address("outer", outer)
        run("ip", "route", "add", "default", "via", inner)
        listening.wait()
        older = connect(family, 0, far)
        assert heard(older, ask=False) == "mx"
        connected.set()
        loaded.wait()
        answers.extend([heard(older), answered(family, 0, far)])
        finished.set()

    def host():
        run("ip", "link", "add", "near", "type", "veth", "peer", "name", "far", "netns", str(networks[0].pid))
        if case == "forwarded":
            run("ip", "link", "add", "inner", "type", "veth", "peer", "name", "outer", "netns", str(networks[1].pid))
            address("inner", inner)
            run("sysctl", "-q", "-w", "net.ipv6.conf.all.forwarding=1" if version == "6" else "net.ipv4.ip_forward=1")
        # From now on connections are tracked, as they are on any host with a stateful packet filter.
        run("nft", "-f", "-", text="table inet stateful { chain c { type filter hook input priority 0; ct state established accept\n}\n}\n")
        address("near", near)
        wired.set()
        listening.wait()
        if case == "port":
            load()
            weft(loopback)
            leg = connect(family, 0, far, MARK)
            assert heard(leg, ask=False) == "mx", "the leg does not reach the server"
            port = leg.getsockname()[1]
            assert "reset" in heard(leg), "the server does not reset the leg"
            leg.close()
            answers.append(answered(family, port, far))
        elif case == "older":
            older = connect(family, 0, far)
            assert heard(older, ask=False) == "mx"
            load()
            weft(loopback)
            answers.extend([heard(older), answered(family, 0, far)])
        else:
            connected.wait()
            load()
            weft(inner)
            loaded.set()
            finished.wait()
        finished.set()

    networks = [Network(server)]
    if case == "forwarded":
        networks.append(Network(client))
    networks.append(Network(host))
    ended = finished.wait(30)
    for network in networks:
        if network.failure:
            raise network.failure
    if not ended:
        sys.exit("nothing was heard")
    print("; ".join(answers))


main()
