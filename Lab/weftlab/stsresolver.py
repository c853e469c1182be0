"""postfix-mta-sts-resolver, from PyPI, in an environment of its own: MTA-STS for Postfix, to compare with."""

from pathlib import Path

from .network import listening
from .processes import Daemon, run, wait_until, write

PORT = 8461
VERSION = "1.5.1"
ENVIRONMENT = Path(__file__).resolve().parents[2] / ".build" / "postfix-mta-sts-resolver"

CONFIGURATION = """\
host: 127.0.0.1
port: {port}
cache_grace: 60
cache:
  type: internal
default_zone:
  strict_testing: false
  timeout: 10
"""


def install() -> Path:
    """The daemon, installed if it is not yet there. The only part of the lab that needs the network."""
    daemon = ENVIRONMENT / "bin" / "mta-sts-daemon"
    if not daemon.exists():
        run(["/usr/bin/python3", "-m", "venv", str(ENVIRONMENT)], timeout=120)
        run([str(ENVIRONMENT / "bin" / "pip"), "install", "--quiet", f"postfix-mta-sts-resolver=={VERSION}"], timeout=300)
    return daemon


def start_sts_resolver(directory: Path, trust: Path, netns: str) -> Daemon:
    configuration = write(directory / "mta-sts-daemon.yml", CONFIGURATION.format(port=PORT))
    # aiohttp trusts what OpenSSL does by default; this variable makes that the lab's CA.
    argv = ["env", f"SSL_CERT_FILE={trust}", "SSL_CERT_DIR=/nonexistent", str(install()), "-c", str(configuration)]
    daemon = Daemon("mta-sts-daemon", argv, directory / "mta-sts-daemon.log", netns)
    wait_until("postfix-mta-sts-resolver listens", lambda: listening(netns, "127.0.0.1", PORT), 20, (daemon,))
    return daemon
