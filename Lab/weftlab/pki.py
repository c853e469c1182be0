"""Certificates: a CA that Weft trusts, one that it does not know, and server certificates from either."""

import hashlib
import os
import ssl
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .model import TLSA, Cert
from .processes import run, write

CONFIG = """\
[req]
distinguished_name = name
prompt = no
[name]
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[issuing]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[server]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""
DAYS = "30"


class PKI:
    """Keys are EC P-256 and each certificate has its own, so that a TLSA record matches nothing by accident."""

    def __init__(self, directory: Path):
        self.directory = directory
        self.config = write(directory / "openssl.cnf", CONFIG)
        self._bundles: dict[tuple[Cert, str], Path] = {}
        for issuer in ("lab", "unknown"):
            self._certificate(f"{issuer}-root", f"Weft lab {issuer} root", "root", None)
            self._certificate(f"{issuer}-issuing", f"Weft lab {issuer} issuing CA", "issuing", f"{issuer}-root")

    @property
    def trust(self) -> Path:
        """The PEM file of roots that Weft is told to trust."""
        return self.directory / "lab-root.crt"

    def make_servers(self, wanted: Iterable[tuple[Cert, str]]) -> None:
        """Makes the certificates of (certificate, host name of its server); a few at a time, each is one short process."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for key, bundle in pool.map(lambda job: (job[1], self._make_server(job[0], *job[1])), enumerate(sorted(set(wanted), key=repr))):
                self._bundles[key] = bundle

    def server(self, cert: Cert, host: str) -> Path:
        """The PEM file of key, certificate and issuing CA."""
        return self._bundles[cert, host]

    def _make_server(self, number: int, cert: Cert, host: str) -> Path:
        stem = f"server-{number}"
        names = cert.names if cert.names is not None else (host,)
        self._certificate(stem, names[0], "server", f"{cert.issuer}-issuing", names)
        parts = (f"{stem}.key", f"{stem}.crt", f"{cert.issuer}-issuing.crt")
        return write(self.directory / f"{stem}.pem", "".join((self.directory / part).read_text() for part in parts), mode=0o600)

    def _certificate(self, stem: str, common_name: str, extensions: str, issuer: str | None, names: tuple[str, ...] = ()) -> None:
        argv = ["openssl", "req", "-x509", "-config", str(self.config), "-extensions", extensions, "-days", DAYS, "-nodes", "-newkey", "ec",
                "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", f"/CN={common_name}", "-keyout", f"{stem}.key", "-out", f"{stem}.crt"]
        if issuer is not None:
            argv += ["-CA", f"{issuer}.crt", "-CAkey", f"{issuer}.key"]
        if names:
            argv += ["-addext", "subjectAltName=" + ",".join(f"DNS:{n}" for n in names)]
        run(argv, cwd=self.directory)


def tlsa_rdata(record: TLSA, bundle: Path) -> str:
    """The record as zone file text, over a certificate of the bundle (RFC 6698 2.1)."""
    certificates = der_certificates(bundle)
    der = certificates[1 if record.of == "issuer" else 0]
    data = der if record.selector == 0 else subject_public_key_info(der)
    if record.of == "other":
        data = b"matches nothing"
    if record.matching:
        data = {1: hashlib.sha256, 2: hashlib.sha512}[record.matching](data).digest()
    return f"{record.usage} {record.selector} {record.matching} {data.hex()}"


def der_certificates(bundle: Path) -> list[bytes]:
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    return [ssl.PEM_cert_to_DER_cert(begin + block.split(end)[0] + end) for block in bundle.read_text().split(begin)[1:]]


def subject_public_key_info(certificate: bytes) -> bytes:
    """The DER of the subjectPublicKeyInfo (RFC 5280 4.1): after version, serial, signature, issuer, validity and subject."""
    content = _content(certificate, _content(certificate, 0)[0])  # Certificate, then its first element, the TBSCertificate
    position = content[0]
    for _ in range(6):
        position = _content(certificate, position)[1]
    return certificate[position:_content(certificate, position)[1]]


def _content(der: bytes, position: int) -> tuple[int, int]:
    """Where the content of the element at `position` begins and ends."""
    length, start = der[position + 1], position + 2
    if length & 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(der[start : start + size], "big"), start + size
    return start, start + length
