"""Running commands and daemons, inside a namespace or not, and waiting for what they do."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

# Nothing of the caller's environment (proxies, locales, Postfix settings) reaches the lab.
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root"}


class LabError(Exception):
    """The lab cannot go on; the text says why, for the person in front of it."""


class Interrupted(Exception):
    """A signal asked the lab to end; the text says which."""


_interruption: str | None = None


def interrupt(reason: str) -> None:
    """For signal handlers. Nothing is cut short: the lab ends where it next runs or waits for something, and knows what it has started."""
    global _interruption
    _interruption = reason


def forget_interruption() -> None:
    """The lab is coming down; what that takes is not to be interrupted."""
    global _interruption
    _interruption = None


def stop_if_interrupted() -> None:
    if _interruption is not None:
        raise Interrupted(_interruption)


def inside(netns: str | None, argv: list[str]) -> list[str]:
    return argv if netns is None else ["ip", "netns", "exec", netns, *argv]


def run(argv: list[str], *, netns: str | None = None, stdin: str | bytes | None = None, check: bool = True, timeout: float = 60,
        cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end and returns its output as text. check: a failure is a LabError with what it said."""
    stop_if_interrupted()
    data = stdin.encode() if isinstance(stdin, str) else stdin
    try:
        # A session of its own: Ctrl-C at the terminal reaches the lab only, which takes everything down in order.
        done = subprocess.run(inside(netns, argv), input=data, stdin=subprocess.DEVNULL if data is None else None, capture_output=True,
                              env=ENVIRONMENT, timeout=timeout, cwd=cwd, start_new_session=True)
    except FileNotFoundError:
        raise LabError(f"{argv[0]}: not found; run Scripts/setup") from None
    except subprocess.TimeoutExpired:
        raise LabError(f"{' '.join(argv)}: no end after {timeout:.0f} s") from None
    result = subprocess.CompletedProcess(argv, done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
    if check and result.returncode != 0:
        raise LabError(f"{' '.join(argv)}: exit {result.returncode}\n{(result.stderr or result.stdout).strip()[-2000:]}")
    return result


class Daemon:
    """A process that runs until the lab comes down. Its output goes to a file, its end by itself is an error."""

    def __init__(self, name: str, argv: list[str], log: Path, netns: str | None = None):
        self.name, self.log = name, log
        with log.open("ab") as output:
            self.process = subprocess.Popen(inside(netns, argv), stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=ENVIRONMENT,
                                            start_new_session=True)

    def check(self) -> None:
        code = self.process.poll()
        if code is not None:
            raise LabError(f"{self.name} ended by itself (exit {code}):\n{tail(self.log)}")

    def stop(self, patience: float = 10) -> int:
        """Asks it to end (SIGTERM), insists after `patience` seconds. Returns its exit code."""
        self.process.terminate()
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def tail(path: Path, lines: int = 15) -> str:
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def wait_until(what: str, condition: Callable[[], bool], timeout: float, daemons: tuple[Daemon, ...] = (), interval: float = 0.05) -> None:
    """Waits for a condition; a daemon that ends meanwhile, or the time-out, is a LabError."""
    deadline = time.monotonic() + timeout
    while not condition():
        stop_if_interrupted()
        for daemon in daemons:
            daemon.check()
        if time.monotonic() > deadline:
            logs = "".join(f"\n{d.name} said:\n{tail(d.log)}" for d in daemons)
            raise LabError(f"{what}: not within {timeout:.0f} s{logs}")
        time.sleep(interval)


def write(path: Path, text: str, mode: int = 0o644) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.chmod(path, mode)
    return path
