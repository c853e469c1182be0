"""Certificates: a CA that Weft trusts, one that it does not know, and server certificates, good and bad."""

import hashlib
import os
import ssl
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .model import TLSA, Cert
from .processes import run, write

SERVER = """\
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = {purpose}
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""
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
""" + "".join(f"[{purpose}]\n{SERVER.format(purpose=purpose)}" for purpose in ("serverAuth", "clientAuth"))
# `openssl req` always begins now; other dates take an `openssl ca`, with a directory of its own.
CA_CONFIG = """\
[ca]
default_ca = it
[it]
database = {stem}.index
serial = {stem}.serial
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[extensions]
{extensions}
"""
DAYS = 30
# Days from now that a certificate is valid.
VALIDITY = {"now": (0, DAYS), "expired": (-DAYS, -1), "future": (1, DAYS)}


class PKI:
    """Keys are EC P-256 and each certificate has its own, so that a TLSA record matches nothing by accident."""

    def __init__(self, directory: Path):
        self.directory = directory
        self.config = write(directory / "openssl.cnf", CONFIG)
        self._stems: dict[tuple[Cert, str], str] = {}
        for issuer in ("lab", "unknown"):
            self._make(f"{issuer}-root", f"Weft lab {issuer} root", "root", None)
            self._make(f"{issuer}-issuing", f"Weft lab {issuer} issuing CA", "issuing", f"{issuer}-root")

    @property
    def trust(self) -> Path:
        """The PEM file of roots that Weft is told to trust."""
        return self.directory / "lab-root.crt"

    def make_servers(self, wanted: Iterable[tuple[Cert, str]]) -> None:
        """Makes the certificates of (certificate, host name of its server); a few at a time, each is one short process."""
        new = sorted(set(wanted) - self._stems.keys(), key=repr)
        for key in new:
            self._stems[key] = f"server-{len(self._stems)}"
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda key: self._make_server(*key), new))

    def server(self, cert: Cert, host: str) -> Path:
        """The PEM file of the key and the certificates that the server sends."""
        return self.directory / f"{self._stems[cert, host]}.pem"

    def certificate(self, cert: Cert, host: str, which: str) -> bytes:
        """DER of the leaf, its issuer or the root above that."""
        stem = {"leaf": self._stems[cert, host], "issuer": f"{cert.issuer}-issuing", "root": f"{cert.issuer}-root"}[which]
        return der_certificates(self.directory / f"{stem}.crt")[0]

    def _make_server(self, cert: Cert, host: str) -> None:
        stem = self._stems[cert, host]
        names = cert.names if cert.names is not None else (host,)
        common_name = names[0] if names else host
        if cert.validity == "now":
            self._make(stem, common_name, cert.purpose, None if cert.issuer == "self" else f"{cert.issuer}-issuing", names)
        else:
            self._make_dated(stem, common_name, cert, names)
        parts = [f"{stem}.key", f"{stem}.crt"]
        if cert.issuer != "self":
            above = [f"{cert.issuer}-issuing.crt", f"{cert.issuer}-root.crt"]
            parts += above[: ("leaf", "full", "root").index(cert.chain)]
        write(self.directory / f"{stem}.pem", "".join((self.directory / part).read_text() for part in parts), mode=0o600)

    def _make(self, stem: str, common_name: str, extensions: str, issuer: str | None, names: tuple[str, ...] = ()) -> None:
        argv = ["openssl", "req", "-x509", "-config", str(self.config), "-extensions", extensions, "-days", str(DAYS)]
        argv += [*new_key(stem, common_name), "-out", f"{stem}.crt"]
        if issuer is not None:
            argv += ["-CA", f"{issuer}.crt", "-CAkey", f"{issuer}.key"]
        if names:
            argv += ["-addext", subject_alt_name(names)]
        run(argv, cwd=self.directory)

    def _make_dated(self, stem: str, common_name: str, cert: Cert, names: tuple[str, ...]) -> None:
        extensions = SERVER.format(purpose=cert.purpose) + (subject_alt_name(names) if names else "")
        config = write(self.directory / f"{stem}.cnf", CA_CONFIG.format(stem=stem, extensions=extensions))
        write(self.directory / f"{stem}.index", "")
        write(self.directory / f"{stem}.serial", f"{int(stem.rpartition('-')[2]) + 0x1000:X}\n")
        run(["openssl", "req", "-new", "-config", str(self.config), *new_key(stem, common_name), "-out", f"{stem}.csr"], cwd=self.directory)
        start, end = (time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + days * 86400)) for days in VALIDITY[cert.validity])
        argv = ["openssl", "ca", "-batch", "-notext", "-config", str(config), "-extensions", "extensions"]
        argv += ["-startdate", start, "-enddate", end, "-in", f"{stem}.csr", "-out", f"{stem}.crt"]
        argv += ["-cert", f"{cert.issuer}-issuing.crt", "-keyfile", f"{cert.issuer}-issuing.key"]
        run(argv, cwd=self.directory)


def new_key(stem: str, common_name: str) -> list[str]:
    # RFC 5280 appendix A.1: a common name has 64 characters at the most.
    subject = f"/CN={common_name[:64]}"
    return ["-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", subject, "-keyout", f"{stem}.key"]


def subject_alt_name(names: tuple[str, ...]) -> str:
    return "subjectAltName=" + ",".join(f"DNS:{n}" for n in names)


def tlsa_rdata(record: TLSA, pki: PKI, presented: Cert, host: str) -> str:
    """The record as zone file text, over a certificate of the host (RFC 6698 2.1)."""
    if record.of == "other":
        data = b"matches nothing"
    else:
        der = pki.certificate(record.cert or presented, host, record.of)
        data = der if record.selector == 0 else subject_public_key_info(der)
    if record.matching:
        data = hashlib.sha512(data).digest() if record.matching == 2 else hashlib.sha256(data).digest()
    return f"{record.usage} {record.selector} {record.matching} {data[:record.length].hex()}"


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
