"""Two network namespaces with one link: `mta`, where mail leaves, and `net`, the Internet."""

import os
import shutil
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from . import exim, plan
from .processes import LabError, run

NETNS_ETC = Path("/etc/netns")
NETNS_RUN = Path("/run/netns")
LINK = "wire"  # the device name on both ends
SIDES = ("mta", "net")


def name(pid: int, side: str) -> str:
    """The namespace's name, with the pid of the lab that made it."""
    return f"weft-{pid}-{side}"


class Network:
    def __init__(self, pid: int):
        self.mta, self.net = (name(pid, side) for side in SIDES)

    def up(self) -> None:
        for netns in (self.mta, self.net):
            run(["ip", "netns", "add", netns])
            run(["ip", "-n", netns, "link", "set", "lo", "up"])
        run(["ip", "link", "add", "name", LINK, "netns", self.mta, "type", "veth", "peer", "name", LINK, "netns", self.net])
        for netns, v4, v6 in (
            (self.mta, [plan.MTA_V4], [plan.MTA_V6]),
            (self.net, [plan.NET_V4, plan.NAME_SERVER, plan.FAULTY_NAME_SERVER, plan.HIDDEN_NAME_SERVER, plan.POLICY_HOST], [plan.NET_V6]),
        ):
            # nodad: an address that is still being checked for duplicates cannot be bound, and would cost seconds.
            batch = [f"address add {a}/{plan.LINK_V4_BITS} dev {LINK}" for a in v4]
            batch += [f"address add {a}/{plan.LINK_V6_BITS} dev {LINK} nodad" for a in v6]
            batch += [f"link set {LINK} up"]
            run(["ip", "-n", netns, "-batch", "-"], stdin="\n".join(batch) + "\n")
        run(["ip", "-n", self.mta, "route", "add", "default", "via", plan.NET_V4])
        run(["ip", "-n", self.mta, "route", "add", "default", "via", plan.NET_V6])
        for net in (*plan.MX_V4, plan.MX_V6):
            # A local route for a whole net: any of its addresses can be bound and answers.
            run(["ip", "-n", self.net, "route", "add", "local", str(net), "dev", "lo"])
        # IPv6 needs to be told that such an address may be bound.
        run(["sysctl", "-q", "-w", "net.ipv6.ip_nonlocal_bind=1"], netns=self.net)
        for netns, resolver in ((self.mta, "127.0.0.1"), (self.net, plan.NAME_SERVER)):
            self._files(netns, {"resolv.conf": f"nameserver {resolver}\n", **exim.users()})

    @staticmethod
    def _files(netns: str, files: dict[str, str]) -> None:
        """`ip netns exec` shows each of these in place of that of the machine, in /etc."""
        directory = NETNS_ETC / netns
        directory.mkdir(parents=True)
        for name, text in files.items():
            (directory / name).write_text(text)


def destroy(pid: int) -> None:
    """Ends every process of a lab's namespaces and removes them. What is not there is not missed."""
    names = [name(pid, side) for side in SIDES]
    present = [n for n in names if (NETNS_RUN / n).exists()]
    _end_processes(present)
    for netns in present:
        run(["ip", "netns", "delete", netns], check=False)
    for netns in names:
        shutil.rmtree(NETNS_ETC / netns, ignore_errors=True)
    try:
        NETNS_ETC.rmdir()
    except OSError:
        pass  # not ours alone, or never made


def _end_processes(names: list[str]) -> None:
    # SIGTERM first: Postfix, nginx and Weft leave nothing half-written behind.
    for sig, patience in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        deadline = time.monotonic() + patience
        signalled: set[int] = set()
        while pids := {int(p) for n in names for p in run(["ip", "netns", "pids", n], check=False).stdout.split()} - {os.getpid()}:
            for pid in pids - signalled:
                try:
                    os.kill(pid, sig)
                except ProcessLookupError:
                    pass
            signalled |= pids
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        if not pids:
            return
    raise LabError(f"processes in {', '.join(names)} do not end: {sorted(pids)}")


def listening(netns: str, address: str, port: int, udp: bool = False) -> bool:
    """Whether a socket listens there."""
    return all_listening(netns, [address], port, udp)


def all_listening(netns: str, addresses: Iterable[str], port: int, udp: bool = False) -> bool:
    """Whether sockets listen at all these addresses."""
    sockets = run(["ss", "-Hlun" if udp else "-Hltn"], netns=netns).stdout
    return all(f" [{address}]:{port} " in sockets if ":" in address else f" {address}:{port} " in sockets for address in addresses)
