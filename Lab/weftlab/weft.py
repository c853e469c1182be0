"""Weft in the MTA's namespace: its configuration, the daemon, the redirect, and what its reading commands say."""

import json
from pathlib import Path

from .network import listening
from .processes import Daemon, LabError, run, wait_until, write

PORT = 10025
# More decisions than any run of the lab makes.
LIMIT = "10000"

CONFIGURATION = """\
[listen]
address = ["127.0.0.1:{port}", "[::1]:{port}"]

[dns]
resolvers = ["127.0.0.1:53"]

[tls]
trust = "{trust}"

[policy]
enforcement = "enforce"
on-pending = "defer"

[timeouts]
{timeouts}

[journal]
path = "{directory}/journal.db"

[admin]
socket = "{directory}/weft.sock"
"""
# policy: what a recipient may wait for look-ups.
TIMEOUTS = {"handshake": "5s", "policy": "15s", "fetch": "40s"}


class Weft:
    def __init__(self, directory: Path, binary: Path, trust: Path, domains: dict[str, dict[str, str]], netns: str,
                 timeouts: dict[str, str]):
        """domains: the settings of single domains; timeouts: other [timeouts] than the lab's."""
        self.directory, self.binary, self.netns = directory, binary, netns
        text = CONFIGURATION.format(port=PORT, trust=trust, directory=directory,
                                    timeouts="\n".join(f'{key} = "{value}"' for key, value in {**TIMEOUTS, **timeouts}.items()))
        for domain, settings in domains.items():
            text += f'\n[[domain]]\nname = "{domain}"\n' + "".join(f'{key} = "{value}"\n' for key, value in settings.items())
        self.configuration = write(directory / "weft.toml", text)
        self.log = directory / "weft.log"

    def start(self) -> Daemon:
        daemon = Daemon("weft serve", [str(self.binary), "serve", "--config", str(self.configuration)], self.log, self.netns)
        wait_until("weft listens", lambda: all(listening(self.netns, a, PORT) for a in ("127.0.0.1", "::1")), 30, (daemon,))
        return daemon

    def redirect(self) -> None:
        """Loads the rules that Weft itself prints for its configuration."""
        run(["nft", "-f", "-"], netns=self.netns, stdin=self.command("rules", "nftables"))

    def command(self, *arguments: str, no: bool = False) -> str:
        """What a command of Weft prints. no: exit code 1, "there is none", is an answer too."""
        done = run([str(self.binary), *arguments, "--config", str(self.configuration)], netns=self.netns, check=False)
        if done.returncode != 0 and not (no and done.returncode == 1):
            raise LabError(f"weft {' '.join(arguments)}: exit {done.returncode}\n{done.stderr.strip()[-2000:]}")
        return done.stdout

    def decisions(self) -> dict[tuple[str, str], dict]:
        """The last decision for each recipient (local part, domain); `weft decisions --json` lists the oldest first."""
        latest: dict[tuple[str, str], dict] = {}
        for line in self.command("decisions", "--json", "--limit", LIMIT, no=True).splitlines():
            try:
                decision = json.loads(line)
                latest[decision["recipient"].rpartition("@")[0], decision["domain"]] = decision
            except (ValueError, KeyError, TypeError):
                raise LabError(f"weft decisions --json: not a decision: {line[:300]}") from None
        return latest

    def session(self, connection: str) -> str:
        return self.command("session", connection)
