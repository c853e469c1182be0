"""Exim as Debian builds it, unpacked and not installed (Scripts/setup), with a configuration, queue and log of its own."""

import os
from pathlib import Path

from .processes import Daemon, LabError, inside, run, write

BINARY = Path(__file__).resolve().parents[2] / ".build" / "exim4" / "usr" / "sbin" / "exim4"
# The user that the binary is built for. The lab's namespaces have a list of users with it; the machine need not.
USER = "Debian-exim"
UID = 64998

COMMON = """\
primary_hostname = {host}
exim_path = {binary}
spool_directory = {directory}/spool
log_file_path = {directory}/log/%slog
pid_file_path = {directory}/exim.pid
# The binary is not setuid: everything but the start is done as its user.
deliver_drop_privilege = true
trusted_users = root
keep_environment =
add_environment = <; PATH=/bin:/usr/bin
accept_8bitmime = true
smtputf8_advertise_hosts = *
dsn_advertise_hosts = *
timeout_frozen_after = 1h
log_selector = +smtp_confirmation +smtp_connection +incoming_interface -retry_defer
"""


def users() -> dict[str, str]:
    """The machine's lists of users and groups, with Exim's, by the name of the file in /etc."""
    files = {}
    for name, line in (("passwd", f"{USER}:x:{UID}:{UID}::/nonexistent:/usr/sbin/nologin\n"), ("group", f"{USER}:x:{UID}:\n")):
        text = Path("/etc", name).read_text()
        files[name] = text if text.startswith(f"{USER}:") or f"\n{USER}:" in text else text.rstrip("\n") + "\n" + line
    return files


class Instance:
    def __init__(self, directory: Path, netns: str):
        self.directory, self.netns = directory, netns
        self.configuration = directory / "exim.conf"
        self.log = directory / "log" / "mainlog"

    def configure(self, host: str, text: str) -> None:
        """text: what follows the common main options: more of them, and the other sections."""
        if not os.access(BINARY, os.X_OK):
            raise LabError(f"{BINARY} is not there: run Scripts/setup")
        write(self.configuration, COMMON.format(host=host, binary=BINARY, directory=self.directory) + text)
        for name in ("spool", "log"):
            (self.directory / name).mkdir(exist_ok=True)
        # Its user is known in the namespace only. The configuration stays root's, or it would not be believed.
        run(["chown", f"{USER}:", *(str(self.directory / name) for name in ("spool", "log"))], netns=self.netns)

    def argv(self, *arguments: str) -> list[str]:
        return [str(BINARY), "-C", str(self.configuration), *arguments]

    def command(self, *arguments: str, stdin: str | bytes | None = None, timeout: float = 120) -> str:
        return run(self.argv(*arguments), netns=self.netns, stdin=stdin, timeout=timeout, check=False).stdout

    def daemon(self, *arguments: str) -> Daemon:
        return Daemon("Exim", self.argv(*arguments), self.directory / "stderr", self.netns)

    def lines(self) -> list[str]:
        try:
            return self.log.read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return []
