"""One Postfix instance with a configuration, queue and log of its own."""

from pathlib import Path

from .processes import LabError, run, tail, write


class Instance:
    def __init__(self, directory: Path, netns: str):
        self.directory, self.netns = directory, netns
        self.configuration = directory / "etc"
        self.log = directory / "mail.log"

    def configure(self, main: str, master: str) -> None:
        places = (
            f"config_directory = {self.configuration}",
            f"queue_directory = {self.directory}/queue",
            f"data_directory = {self.directory}/data",
            f"maillog_file = {self.log}",
            f"maillog_file_prefixes = {self.directory}",
        )
        write(self.configuration / "main.cf", main.rstrip("\n") + "\n\n# Where this instance lives.\n" + "\n".join(places) + "\n")
        write(self.configuration / "master.cf", master)
        (self.directory / "queue").mkdir()
        (self.directory / "data").mkdir()
        # Postfix insists that its data directory belongs to its own user.
        run(["chown", "postfix:", str(self.directory / "data")])

    def reconfigure(self, master: str) -> None:
        """Gives a running instance other services."""
        write(self.configuration / "master.cf", master)
        run(["postfix", "-c", str(self.configuration), "reload"], netns=self.netns)

    def start(self) -> None:
        # Returns when the master daemon has its listeners, or fails with the reason.
        try:
            run(["postfix", "-c", str(self.configuration), "start"], netns=self.netns, timeout=120)
        except LabError as error:
            raise LabError(f"{error}\n{tail(self.log)}") from None

    def command(self, *argv: str, stdin: str | bytes | None = None) -> str:
        """Runs one of Postfix's own commands on this instance."""
        name, *arguments = argv
        return run([name, "-C" if name == "sendmail" else "-c", str(self.configuration), *arguments], stdin=stdin).stdout

    def stop(self) -> None:
        run(["postfix", "-c", str(self.configuration), "stop"], netns=self.netns, check=False)

    def lines(self) -> list[str]:
        """What it has logged."""
        try:
            return self.log.read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return []
