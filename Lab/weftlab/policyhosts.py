"""The MTA-STS policy hosts: one nginx, which tells them apart by SNI (RFC 8461 7.1)."""

from collections.abc import Iterable
from pathlib import Path

from . import plan
from .model import Scenario
from .network import listening
from .pki import PKI
from .processes import Daemon, wait_until, write

PATH = "/.well-known/mta-sts.txt"

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
    server_names_hash_bucket_size 128;
    default_type text/plain;
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
        location = {path} {{
            default_type "{content_type}";
            return {status} "{text}";
        }}
    }}
"""


def start_nginx(directory: Path, scenarios: Iterable[Scenario], pki: PKI, netns: str) -> Daemon:
    (directory / "nginx.tmp").mkdir()
    text = HEAD.format(directory=directory, address=plan.POLICY_HOST)
    for scenario in scenarios:
        if scenario.sts is not None:
            text += SERVER.format(
                address=plan.POLICY_HOST,
                host=scenario.policy_host,
                bundle=pki.server(scenario.sts.cert, scenario.policy_host),
                path=PATH,
                content_type=scenario.sts.content_type,
                status=scenario.sts.status,
                text=scenario.policy_text().replace("\r", "\\r").replace("\n", "\\n"),
            )
    configuration = write(directory / "nginx.conf", text + "}\n")
    argv = ["nginx", "-e", "stderr", "-p", str(directory), "-c", str(configuration)]
    daemon = Daemon("nginx", argv, directory / "nginx.log", netns)
    wait_until("the policy hosts answer", lambda: listening(netns, plan.POLICY_HOST, 443), 20, (daemon,))
    return daemon
