"""The MTA-STS policy hosts: one nginx, which tells them apart by SNI (RFC 8461 7.1)."""

import gzip
import hashlib
import signal
from collections.abc import Iterable
from pathlib import Path

from . import plan
from .model import Scenario
from .network import listening
from .pki import PKI
from .processes import Daemon, wait_until, write

PATH = "/.well-known/mta-sts.txt"
# What a slow policy host sends in a second, and what a stalled one (octets).
RATE, TRICKLE = 16, 1

HEAD = """\
daemon off;
worker_processes 1;
pid {directory}/nginx.pid;
error_log stderr notice;
events {{ worker_connections 512; }}
http {{
    access_log {directory}/nginx.access.log;
    client_body_temp_path {directory}/nginx.tmp/body;
    proxy_temp_path {directory}/nginx.tmp/proxy;
    fastcgi_temp_path {directory}/nginx.tmp/fastcgi;
    uwsgi_temp_path {directory}/nginx.tmp/uwsgi;
    scgi_temp_path {directory}/nginx.tmp/scgi;
    server_names_hash_bucket_size 256;
    server_names_hash_max_size 4096;
    etag off;
    server {{
        listen {address}:443 ssl default_server;
        ssl_reject_handshake on;
    }}
"""

SERVER = """\
    server {{
        listen {address}:443 ssl;
        server_name {host};
        ssl_certificate {bundle};
        ssl_certificate_key {bundle};
        location = /elsewhere {{ types {{ }} default_type text/plain; alias {file}; }}
        location = {path} {{ types {{ }} default_type "{content_type}"; {answer} }}
    }}
"""


def start_nginx(directory: Path, scenarios: Iterable[Scenario], pki: PKI, netns: str) -> Daemon:
    (directory / "nginx.tmp").mkdir(exist_ok=True)
    configuration = _configure(directory, scenarios, pki)
    argv = ["nginx", "-e", "stderr", "-p", str(directory), "-c", str(configuration)]
    daemon = Daemon("nginx", argv, directory / "nginx.log", netns)
    wait_until("the policy hosts answer", lambda: listening(netns, plan.POLICY_HOST, 443), 20, (daemon,))
    return daemon


def change_nginx(daemon: Daemon, directory: Path, scenarios: Iterable[Scenario], pki: PKI) -> None:
    """The policy hosts are now as these scenarios say; what is being sent goes on as it was."""
    _configure(directory, scenarios, pki)
    said = "gracefully shutting down"
    before = daemon.log.read_text().count(said)
    daemon.process.send_signal(signal.SIGHUP)
    wait_until("the policy hosts have changed", lambda: daemon.log.read_text().count(said) > before, 20, (daemon,))


def _configure(directory: Path, scenarios: Iterable[Scenario], pki: PKI) -> Path:
    text = HEAD.format(directory=directory, address=plan.POLICY_HOST)
    for scenario in scenarios:
        if scenario.sts is not None and scenario.dns != "absent":
            text += _server(directory, scenario, pki)
    return write(directory / "nginx.conf", text + "}\n")


def _server(directory: Path, scenario: Scenario, pki: PKI) -> str:
    sts = scenario.sts
    assert sts is not None
    body = scenario.policy_text().encode()
    answer = ""
    if sts.fault == "gzip":
        body = gzip.compress(body)
        answer = "add_header Content-Encoding gzip;"
    elif sts.fault == "redirect":
        answer = f"return 301 https://{scenario.policy_host}/elsewhere;"
    elif sts.fault is not None:
        answer = f"limit_rate {dict(slow=RATE, stalled=TRICKLE)[sts.fault]};"
    if sts.status != 200:
        answer = f'return {sts.status} "";'
    # Named by its content: a file that is being sent does not change.
    file = directory / f"{scenario.domain}-{hashlib.sha256(body).hexdigest()[:8]}.txt"
    file.write_bytes(body)
    if not answer.startswith("return"):
        answer += f" alias {file};"
    return SERVER.format(address=plan.POLICY_HOST, host=scenario.policy_host, bundle=pki.server(sts.cert, scenario.policy_host), path=PATH,
                         content_type=sts.content_type, file=file, answer=answer)
