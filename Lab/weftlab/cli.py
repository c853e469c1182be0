"""`lab`: the command line."""

import argparse
import os
import signal
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

from . import compare, crowd, network
from . import lab as labs
from .differences import is_comparable, markdown
from .experiment import run_experiment
from .lab import Lab
from .model import Scenario
from .mta import ORACLES
from .processes import ENVIRONMENT, Interrupted, LabError, inside, interrupt
from .report import Progress, print_comparisons, print_comparisons_json, print_json, print_table, print_transcript
from .scenarios import SCENARIOS
from .scenarios.compared import CASES
from .selfcheck import check

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_WEFT = ROOT / ".build" / "release" / "weft"
# A run that hangs, hangs no longer than this (seconds): it comes down and fails.
LIMIT = 600


def main() -> int:
    arguments = _parser().parse_args()
    try:
        return arguments.run(arguments)
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 2
    except Interrupted as interruption:
        print(f"lab: {interruption}", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lab",
        description="Weft on real parts: a small Internet (signed DNS, policy hosts, MX hosts) and an MTA, in two network namespaces.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run)
        return sub

    demo = command("demo", _demo, "send one message to each domain, print what became of them, and one transcript")
    run = command("run", _run, "the same, for programs: one JSON object per scenario")
    up = command("up", _up, "bring the lab up and leave it up")
    compared = command("compare", _compare, "send the same mail directly and behind Weft, by Postfix and by Exim, and show what differs")
    selfcheck = command("selfcheck", _selfcheck, "check the lab itself: DNSSEC, policy hosts, certificates, redirection")
    for sub in (demo, run, up, selfcheck, compared):
        sub.add_argument("--only", nargs="+", metavar="NAME", default=[], help="only these scenarios, or patterns of them (see `lab list`)")
    for sub in (demo, run, up, compared):
        sub.add_argument("--weft", type=Path, metavar="PATH", help="the weft binary (default: $WEFT_BIN, else .build/release/weft)")
    for sub in (demo, run, up):
        mode = sub.add_mutually_exclusive_group()
        mode.add_argument("--no-weft", dest="mode", action="store_const", const="direct", default="weft", help="the MTA delivers by itself")
        mode.add_argument("--oracle", dest="mode", nargs="?", const="dane", choices=tuple(ORACLES), metavar="dane|sts",
                          help="as --no-weft; the MTA enforces DANE by itself (default), or MTA-STS with postfix-mta-sts-resolver as well")
    for sub in (demo, run, selfcheck, compared):
        sub.add_argument("--keep", action="store_true", help="leave the lab up afterwards")
    for sub in (run, compared):
        sub.add_argument("--json", action="store_true", help="one JSON object per row on standard output (the default is the table)")
    crowded = command("crowd", _crowd, "sessions beside floods: how long they take, and what Weft takes of memory and disk meanwhile")
    crowded.add_argument("--weft", type=Path, metavar="PATH", help="the weft binary (default: $WEFT_BIN, else .build/release/weft)")
    crowded.add_argument("--seconds", type=float, default=10, help="for each flood (default: 10)")
    crowded.add_argument("floods", nargs="*", metavar="FLOOD", help=f"only these of {', '.join(crowd.FLOODS)}")
    crowded.set_defaults(mode="weft", keep=False, only=[])
    listing = command("list", _list, "the names of the scenarios")
    listing.add_argument("--compared", action="store_true", help="those of `lab compare`")
    listing.add_argument("--titles", action="store_true", help="with what each is, and the section that says what must come of it")
    command("differences", _differences, "where Postfix does something else than Weft, as the table of docs/oracles.md")
    shell = command("shell", _shell, "a shell, or a command, inside a lab that is up")
    shell.add_argument("side", nargs="?", choices=network.SIDES, default="mta", help="the MTA's side (default) or the Internet's")
    shell.add_argument("argv", nargs=argparse.REMAINDER, metavar="ARGUMENT", help="the command (default: bash)")
    down = command("down", _down, "remove labs that no run is using any more")
    down.add_argument("lab", nargs="*", type=int, help="only these, by the number in the name of their directory")
    return parser


def _chosen(arguments: argparse.Namespace) -> tuple[Scenario, ...]:
    """The scenarios that --only names (a pattern may stand for several); without it those of the demonstration, or all."""
    table = SCENARIOS
    if (mode := getattr(arguments, "mode", None)) in ORACLES:
        table = tuple(s for s in table if is_comparable(s, mode))
    if not arguments.only:
        return tuple(s for s in table if s.demo or arguments.run is not _demo)
    names = [name.partition("/")[0] for name in arguments.only]
    for name in names:
        if not any(fnmatchcase(s.name, name) for s in SCENARIOS):
            raise LabError(f"no such scenario: {name} (see `lab list`)")
    return tuple(s for s in table if any(fnmatchcase(s.name, name) for name in names))


def _weft(arguments: argparse.Namespace) -> Path | None:
    if getattr(arguments, "mode", "weft") != "weft":
        return None
    path = arguments.weft or Path(os.environ.get("WEFT_BIN") or DEFAULT_WEFT)
    if not os.access(path, os.X_OK):
        raise LabError(f"{path} is not there: build it with `swift build -c release`, or name it with --weft or WEFT_BIN")
    return path.resolve()


def _crowd(arguments: argparse.Namespace) -> int:
    if unknown := set(arguments.floods) - set(crowd.FLOODS):
        raise LabError(f"no such flood: {', '.join(sorted(unknown))} (there are {', '.join(crowd.FLOODS)})")

    def work(lab: Lab) -> int:
        seen = crowd.run_crowd(lab, arguments.seconds, tuple(arguments.floods) or crowd.FLOODS)
        for line in seen:
            print(line, flush=True)
        return 1 if any(line.problems for line in seen) else 0

    weft = _weft(arguments)
    return _with_lab(arguments, Lab(crowd.TABLE, crowd.TABLE, Progress()), lambda lab: lab.up(weft), work)


def _with_chosen(arguments: argparse.Namespace, mode: str, weft: Path | None, work) -> int:
    lab = Lab(_chosen(arguments), SCENARIOS, Progress())
    return _with_lab(arguments, lab, lambda lab: lab.up(weft, oracle=mode if mode in ORACLES else None), work)


def _with_lab(arguments: argparse.Namespace, lab: Lab, bring_up, work) -> int:
    """Brings a lab up, does the work, and takes the lab down whatever happens."""
    _end_on_signals()
    try:
        bring_up(lab)
        return work(lab)
    finally:
        if arguments.keep:
            lab.release()
            _explain(lab)
        else:
            lab.progress("taking everything down")
            lab.down()


def _end_on_signals() -> None:
    def handler(number: int, _frame: object) -> None:
        interrupt(f"no end after {LIMIT} s" if number == signal.SIGALRM else f"got {signal.Signals(number).name}")

    for sig in labs.SIGNALS:
        if sig != signal.SIGHUP or signal.getsignal(sig) is not signal.SIG_IGN:  # nohup
            signal.signal(sig, handler)
    signal.alarm(LIMIT)


def _explain(lab: Lab) -> None:
    print(f"""
The lab is up.
  files        {lab.directory}
  MTA's side   ip netns exec {lab.network.mta} bash      (or: lab shell mta)
  Internet     ip netns exec {lab.network.net} bash      (or: lab shell net)
  MTA's queue  postqueue -c {lab.directory}/mta/etc -p
  remove       {Path(sys.argv[0])} down {lab.pid}""", file=sys.stderr)


def _demo(arguments: argparse.Namespace) -> int:
    def work(lab: Lab) -> int:
        rows = run_experiment(lab, arguments.mode)
        print()
        print_table(rows)
        if lab.weft is not None:
            print_transcript(rows, lab.weft)
        print(flush=True)
        return 0 if all(row.ok for row in rows) else 1

    return _with_chosen(arguments, arguments.mode, _weft(arguments), work)


def _run(arguments: argparse.Namespace) -> int:
    def work(lab: Lab) -> int:
        rows = run_experiment(lab, arguments.mode)
        (print_json if arguments.json else print_table)(rows)
        return 0 if all(row.ok for row in rows) else 1

    return _with_chosen(arguments, arguments.mode, _weft(arguments), work)


def _compare(arguments: argparse.Namespace) -> int:
    cases = tuple(c for c in CASES if not arguments.only or any(fnmatchcase(c.scenario.name, pattern) for pattern in arguments.only))
    if not cases:
        raise LabError(f"no such row: {', '.join(arguments.only)} (see `lab list --compared`)")
    table = compare.rows(cases)
    scenarios = tuple(row.scenario for row in table)
    weft = _weft(arguments)

    def work(lab: Lab) -> int:
        compare.compare(lab, table, weft)
        (print_comparisons_json if arguments.json else print_comparisons)(table)
        return 0 if not any(row.problems for row in table) else 1

    return _with_lab(arguments, Lab(scenarios, scenarios, Progress()), lambda lab: lab.up(None, with_mta=False), work)


def _selfcheck(arguments: argparse.Namespace) -> int:
    def work(lab: Lab) -> int:
        lab.progress("checks")
        findings = check(lab)
        wrong = [(what, problem) for what, problem in findings if problem is not None]
        for what, problem in wrong:
            print(f"{what}: {problem}")
        print(f"{len(findings) - len(wrong)} of {len(findings)} checks passed", flush=True)
        return 1 if wrong else 0

    return _with_chosen(arguments, "direct", None, work)


def _up(arguments: argparse.Namespace) -> int:
    lab = Lab(_chosen(arguments), SCENARIOS, Progress())
    weft = _weft(arguments)
    _end_on_signals()
    try:
        lab.up(weft, oracle=arguments.mode if arguments.mode in ORACLES else None)
    except BaseException:
        lab.down()
        raise
    lab.release()
    _explain(lab)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    if arguments.compared:
        for row in compare.rows(CASES):
            print(f"{row.name:44} {row.case.scenario.title}" if arguments.titles else row.name)
        return 0
    for scenario in SCENARIOS:
        for row, version, _ in scenario.phases():
            print(f"{row:36} {version.title} [{version.rfc}]" if arguments.titles else row)
    return 0


def _differences(_arguments: argparse.Namespace) -> int:
    print(markdown(SCENARIOS), end="")
    return 0


def _shell(arguments: argparse.Namespace) -> int:
    up = labs.all_labs()
    if not up:
        raise LabError("no lab is up; start one with `lab up`")
    netns = network.name(up[-1], arguments.side)
    return subprocess.call(inside(netns, arguments.argv or ["bash"]), env={**ENVIRONMENT, "TERM": os.environ.get("TERM", "dumb")})


def _down(arguments: argparse.Namespace) -> int:
    for pid in labs.all_labs():
        if arguments.lab and pid not in arguments.lab:
            continue
        if labs.in_use(pid):
            print(f"lab {pid}: in use by a run, left alone")
        else:
            labs.remove(pid)
            print(f"lab {pid}: removed")
    return 0
