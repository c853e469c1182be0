"""Is the lab as the table says? Each check looks at the lab with a tool that is not part of it."""

import json
import re
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from . import dns, redirectprobe
from .lab import Lab
from .model import Scenario
from .pki import der_certificates
from .plan import PlacedHost
from .policyhosts import PATH
from .processes import run, write

Finding = tuple[str, str | None]  # what was looked at, and what is wrong with it

RULES = """\
table inet lab_check {
    chain output {
        type nat hook output priority -100; policy accept;
        meta mark 0x57 return
        tcp dport 25 redirect to :10026
    }
}
"""


def check(lab: Lab) -> list[Finding]:
    """All checks, a few at a time."""
    jobs = [lambda s=s: check_names(lab, s) for s in lab.scenarios]
    jobs += [lambda s=s: check_policy(lab, s) for s in lab.scenarios if s.sts is not None]
    jobs += [lambda p=p, a=a: check_listener(lab, p, a) for p in lab.hosts if p.host.server == "postfix" for a in p.addresses]
    with ThreadPoolExecutor(4) as pool:
        findings = [finding for found in pool.map(lambda job: list(job()), jobs) for finding in found]
    return findings + list(check_redirect(lab))


def check_names(lab: Lab, scenario: Scenario) -> Iterable[Finding]:
    """Each name's DNSSEC status and data, as the MTA's resolver sees it, but for what is an alias."""
    if scenario.dns == "absent":
        return
    names = [(f"{scenario.domain}.", "MX"), (f"_mta-sts.{scenario.domain}.", "TXT")]
    for host in scenario.hosts:
        name = f"{scenario.host_name(host)}."
        names += [(name, "A"), (name, "AAAA"), (f"_25._tcp.{name}", "TLSA")]
    faults = {scenario.question(q): fault for q, fault in scenario.dns_faults.items()}
    broken = {*map(scenario.question, scenario.spoiled), *faults}
    for name, kind in names:
        zone = lab.tree.closest(name)
        elsewhere = (f"{name} CNAME ", f"*.{name.partition('.')[2]} ")
        if faults.get((name, kind)) == "silence" or any(line.startswith(elsewhere) for line in zone.records):
            continue
        reply = dns.query(lab.network.mta, "127.0.0.1", name, kind)
        expected_status = "bogus" if (name, kind) in broken else lab.tree.status(name)
        yield from equal(f"DNSSEC {name} {kind}", "bogus" if reply.code == "SERVFAIL" else reply.status, expected_status)
        if reply.status in ("secure", "insecure"):
            expected = sorted(line.split(None, 2)[2].lower() for line in zone.records if line.lower().startswith(f"{name} {kind} ".lower()))
            found = sorted(" ".join(r[4:]).lower() for r in reply.records if len(r) > 4 and r[3] == kind)
            yield from equal(f"data {name} {kind}", found, expected)


def check_policy(lab: Lab, scenario: Scenario) -> Iterable[Finding]:
    """The policy as curl gets it, trusting the lab's CA only."""
    sts = scenario.sts
    assert sts is not None
    trusted = sts.cert.authenticates(scenario.policy_host)
    if sts.address is not None or sts.fault is not None or scenario.dns_faults or trusted is None:
        return
    url = f"https://{scenario.policy_host}{PATH}"
    argv = ["curl", "-sS", "-m", "20", "--cacert", str(lab.pki.trust), "-w", "\n%{http_code} %{content_type}", url]
    done = run(argv, netns=lab.network.mta, check=False)
    if not trusted:
        # 60: curl could not authenticate the peer's certificate.
        yield from equal(f"policy host {scenario.policy_host}: curl's exit code", done.returncode, 60)
        return
    yield from equal(f"policy host {scenario.policy_host}: curl's exit code", done.returncode, 0)
    body, _, last = done.stdout.rpartition("\n")
    yield from equal(f"policy host {scenario.policy_host}: status", last.partition(" ")[0], str(sts.status))
    if sts.status == 200:
        yield from equal(f"policy host {scenario.policy_host}: type", last.partition(" ")[2], sts.content_type)
        yield from equal(f"policy host {scenario.policy_host}: text", body, scenario.policy_text())


def check_listener(lab: Lab, placed: PlacedHost, address: str) -> Iterable[Finding]:
    """STARTTLS as openssl s_client meets it: offered or not, and with which certificates."""
    what = f"MX host {placed.name} [{address}]"
    literal = f"[{address}]" if ":" in address else address
    argv = ["openssl", "s_client", "-connect", f"{literal}:25", "-starttls", "smtp", "-name", "check.example", "-showcerts"]
    argv += ["-servername", placed.name, "-CAfile", str(lab.pki.trust), "-verify_hostname", placed.name]
    done = run(argv, netns=lab.network.mta, check=False, stdin=b"QUIT\r\n", timeout=30)
    if placed.host.tls != "on":
        yield from equal(f"{what}: STARTTLS", "starttls in server response" in (done.stdout + done.stderr).lower(), True)
        return
    shown = write(lab.directory / f"shown-{placed.name}-{address.replace(':', '.')}.pem", done.stdout)
    own = der_certificates(lab.pki.server(placed.host.cert, placed.certified_name))
    yield from equal(f"{what}: certificates", der_certificates(shown), own)
    cert = placed.host.cert
    if placed.host.presents is not None and cert.names is None:
        cert = replace(cert, names=(placed.certified_name,))
    if (good := cert.authenticates(placed.name)) is not None:
        code = re.search(r"Verify return code: (\d+)", done.stdout)
        yield from equal(f"{what}: authenticated by PKIX", code is not None and code[1] == "0", good)


def check_redirect(lab: Lab) -> Iterable[Finding]:
    """nftables redirects local connections of both IP versions here, and lets marked ones pass."""
    addresses = [address for placed in lab.hosts if placed.host.server == "postfix" for address in placed.addresses]
    targets = [next(a for a in addresses if (":" in a) == v6) for v6 in (False, True) if any((":" in a) == v6 for a in addresses)]
    netns = lab.network.mta
    run(["nft", "-f", "-"], netns=netns, stdin=RULES)
    try:
        done = run([sys.executable, str(Path(redirectprobe.__file__)), "10026", "0x57", *targets], netns=netns)
    finally:
        run(["nft", "delete", "table", "inet", "lab_check"], netns=netns)
    for line in done.stdout.splitlines():
        found = json.loads(line)
        yield from equal(f"redirect {found['address']}: original destination", found["original"], [found["address"], 25])
        yield from equal(f"redirect {found['address']}: a marked connection reaches the MX", found["greeting"][:4], "220 ")


def equal(what: str, found: object, expected: object) -> Iterable[Finding]:
    yield what, None if found == expected else f"expected {expected!r}, found {found!r}"
