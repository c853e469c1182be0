"""Two MTAs that send the same mail, Postfix and Exim: what each says of every attempt, and how it is told to try again."""

import re
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import exim
from .letters import session
from .mta import HOST, MTA
from .processes import ENVIRONMENT, LabError, inside, run, write

# What waits for minutes in the world waits for seconds here, in proportion; Weft's own timeouts of these are as long (see compare.py).
POSTFIX = """
smtp_connect_timeout = 5s
smtp_helo_timeout = 12s
smtp_starttls_timeout = 5s
smtp_mail_timeout = 12s
smtp_rcpt_timeout = 12s
smtp_data_init_timeout = 12s
smtp_data_xfer_timeout = 12s
smtp_data_done_timeout = 12s
smtp_rset_timeout = 5s
smtp_quit_timeout = 5s
# It is told when to try again; and after so long it goes in clear where TLS failed.
queue_run_delay = 1000s
minimal_backoff_time = 2s
maximal_backoff_time = 1000s
default_process_limit = 200
smtpd_client_connection_count_limit = 0
smtpd_client_message_rate_limit = 0
"""
EXIM = """\
local_interfaces = 127.0.0.1
remote_max_parallel = 4
queue_run_max = 0
tls_advertise_hosts =
acl_smtp_rcpt = anybody

begin acl

# Who brings mail says by his name which queue it is for.
anybody:
  accept queue = ${{lookup{{$sender_helo_name}}lsearch{{{directory}/queues}}}}

begin routers

own:
  driver = redirect
  domains = {host}
  data = :blackhole:

others:
  driver = dnslookup
  transport = remote

begin transports

remote:
  driver = smtp
  connect_timeout = 5s
  command_timeout = 12s
  data_timeout = 12s
  final_timeout = 12s

begin retry

* * F,1h,1s
"""

TRIED = re.compile(r" [0-9A-Za-z]+: to=<(?P<recipient>[^>]+)>.* status=(?P<status>sent|deferred|bounced) \((?P<text>.*)\)$")
SAID = re.compile(r"(?:said|refused to talk to me): (?P<reply>\d\d\d[ -].*?)(?: \(in reply to [^()]*\))?$")
# => delivered, -> in the same message, == deferred, ** bounced.
NOTED = re.compile(r" \S+-\S+-\S+ (?P<mark>=>|->|==|\*\*) (?P<recipient>\S+@\S+?):?(?P<text> .*)$")
RESULTS = {"sent": "delivered", "deferred": "deferred", "bounced": "bounced", "=>": "delivered", "->": "delivered", "==": "deferred", "**": "bounced"}
EXIM_SAID = re.compile(r"(?:after|in response to) .*?: (?P<reply>\d\d\d[ -].*)$")
QUEUED = re.compile(r"^250 OK id=(\S+)", re.MULTILINE)
# Runs through Exim's queue at a time, and connections that bring mail to Postfix.
RUNNERS = 16
SENDERS = 8


@dataclass(frozen=True)
class Attempt:
    """What an MTA says of one attempt. result: "delivered", "deferred" or "bounced"; reply: what the other side said, if that was the reason."""

    result: str
    text: str
    reply: str


class PostfixMTA:
    name = "postfix"

    def __init__(self, directory: Path, netns: str):
        self.mta = MTA(directory, netns, {}, POSTFIX)

    def start(self) -> None:
        self.mta.start()

    def submit(self, letters: list[tuple[str, list[str]]]) -> None:
        # Over several connections at once: it waits for the disk at each message.
        shares = [share for share in (letters[n::SENDERS] for n in range(SENDERS)) if share]
        with ThreadPoolExecutor(SENDERS) as pool:
            argv = [sys.executable, str(Path(__file__).with_name("talk.py")), "127.0.0.1", "25"]
            said = pool.map(lambda share: run(argv, netns=self.mta.instance.netns, stdin=session(share)).stdout, shares)
            for text, share in zip(said, shares):
                check(text, share)

    def again(self) -> None:
        self.mta.instance.command("postqueue", "-f")

    def has_ended(self) -> bool:
        """Whether it has nothing more to say of an attempt. Its queue manager never says so: it is seen by its log alone."""
        return False

    def attempts(self) -> dict[str, list[Attempt]]:
        found: dict[str, list[Attempt]] = defaultdict(list)
        for line in self.mta.instance.lines():
            if match := TRIED.search(line):
                said = SAID.search(match["text"])
                found[match["recipient"]].append(Attempt(RESULTS[match["status"]], match["text"], said["reply"] if said else ""))
        return found

    def stop(self) -> None:
        self.mta.instance.stop()


class EximMTA:
    name = "exim"

    def __init__(self, directory: Path, netns: str):
        self.instance = exim.Instance(directory, netns)
        directory.mkdir(parents=True)
        self.instance.configure(HOST, EXIM.format(host=HOST, directory=directory))
        self.runners: list[subprocess.Popen] = []
        # By the queue that they are in: rows with many letters of a kind have one of their own.
        self.queues: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
        self.messages: dict[str, list[tuple[str, tuple[str, list[str]]]]] = {}

    def start(self) -> None:
        pass

    def submit(self, letters: list[tuple[str, list[str]]]) -> None:
        queues: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
        for kind, recipients in letters:
            queues[queue(recipients[0])].append((kind, recipients))
        for name, share in queues.items():
            together = len({kind for kind, _ in share}) == 1 < len(share)
            self.queues[name if together else ""] += share
        write(self.instance.directory / "queues", "".join(f"{name}: {name}\n" for name in self.queues if name))
        for name, share in self.queues.items():
            said = self.instance.command("-odq", "-bs", stdin=session(share, name or "localhost"))
            check(said, share)
            self.messages[name] = list(zip(QUEUED.findall(said), share, strict=True))
        # It has no queue manager that would begin by itself.
        self.again()

    def again(self) -> None:
        """One attempt for each message that is not done with."""
        done = {recipient for recipient, tried in self.attempts().items() if tried[-1].result != "deferred"}
        waiting = {name: [message for message, (_, recipients) in messages if not done.issuperset(recipients)]
                   for name, messages in self.messages.items()}
        argvs = [["-M", *share] for share in (waiting.get("", [])[n::RUNNERS] for n in range(RUNNERS)) if share]
        # A run finds in the first of two passes which messages go to one host, and sends them down one connection.
        argvs += [[f"-qqffG{name}"] for name, messages in waiting.items() if name and messages]
        self.runners = [subprocess.Popen(inside(self.instance.netns, self.instance.argv(*argv)), stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT, start_new_session=True)
                        for argv in argvs]

    def has_ended(self) -> bool:
        return all(runner.poll() is not None for runner in self.runners)

    def attempts(self) -> dict[str, list[Attempt]]:
        found: dict[str, list[Attempt]] = defaultdict(list)
        for line in self.instance.lines():
            if match := NOTED.search(line):
                said = EXIM_SAID.search(match["text"])
                found[match["recipient"]].append(Attempt(RESULTS[match["mark"]], match["text"].strip(), said["reply"] if said else ""))
        return found

    def stop(self) -> None:
        pass


def queue(recipient: str) -> str:
    """The name of the row."""
    return recipient.rpartition("@")[2].split(".")[-2]


def check(said: str, letters: list[tuple[str, list[str]]]) -> None:
    """Whether the MTA has taken all of them: the greeting, EHLO, and what follows each."""
    wanted = sum(2 + len(recipients) for _, recipients in letters)
    taken = [line for line in said.splitlines() if re.match(r"250 ", line)]
    if len(taken) < wanted:
        refused = [line for line in said.splitlines() if line[:1] in "45"]
        raise LabError(f"the MTA did not take the mail: {refused[:3]}")
