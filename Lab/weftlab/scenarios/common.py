"""Outcomes and parts that many scenarios have in common."""

from ..model import TLSA, Cert, Expect

# A certificate of a CA that Weft does not know: what authenticates it is DANE, or nothing.
UNKNOWN = Cert(issuer="unknown")
# A certificate from the trusted CA, for somebody else.
WRONG_NAME = Cert(names=("www.elsewhere.example",))
# Data that matches nothing.
OTHER = TLSA(of="other")

DANE_OK = Expect("delivered", "dane", "dane-verified", level="dane-verified")
# TLSA records matched, but nobody vouches for the MX record (RFC 7672 2.2.1).
DANE_INSECURE_MX = Expect("delivered", "dane", "dane-verified", level="dane-insecure-mx")
DANE_FAILS = Expect("deferred", "dane", "dane-mismatch", "451 4.7.5", type="validation-failure")
DANE_WRONG_NAME = Expect("deferred", "dane", "dane-mismatch", "451 4.7.5", type="certificate-host-mismatch")
DANE_NO_STARTTLS = Expect("deferred", "dane", "starttls-not-offered", "451 4.7.4", type="starttls-not-supported")
DANE_HANDSHAKE = Expect("deferred", "dane", "handshake-failed", "451 4.7.5", type="validation-failure")
# RFC 7672 2.2: TLS is required, its authentication is not.
DANE_UNUSABLE = Expect("delivered", "dane", "tlsa-unusable", level="unauthenticated", type="tlsa-invalid")
BOGUS_HOST = Expect("deferred", "dane", "dnssec-bogus", "451 4.7.5", type="dnssec-invalid")
BOGUS_DOMAIN = Expect("deferred", "dane", "dnssec-bogus", "451 4.4.3", type="dnssec-invalid")
HOST_LOOKUP_FAILS = Expect("deferred", "dane", "host-lookup-failed", "451 4.4.3", type="dnssec-invalid")

STS_OK = Expect("delivered", "sts", "sts-verified", level="sts-verified")
STS_WRONG_NAME = Expect("deferred", "sts", "certificate-host-mismatch", "451 4.7.5", type="certificate-host-mismatch")
STS_EXPIRED = Expect("deferred", "sts", "certificate-expired", "451 4.7.5", type="certificate-expired")
STS_NOT_TRUSTED = Expect("deferred", "sts", "certificate-not-trusted", "451 4.7.5", type="certificate-not-trusted")
STS_OTHER_MX = Expect("deferred", "sts", "sts-mx-mismatch", "451 4.7.5", type="validation-failure")
STS_NO_STARTTLS = Expect("deferred", "sts", "starttls-not-offered", "451 4.7.4", type="starttls-not-supported")
STS_HANDSHAKE = Expect("deferred", "sts", "handshake-failed", "451 4.7.5", type="validation-failure")

NO_POLICY = Expect("delivered", "none", "no-policy")
PLAIN = Expect("delivered", "none", "no-policy", level="plaintext")
UNAUTHENTICATED = Expect("delivered", "none", "no-policy", level="unauthenticated")
# A policy is announced and cannot be had: as if there were none (RFC 8461 3.3), and told in TLS reports (RFC 8460 4.3.2.2).
NOT_FETCHED = Expect("delivered", "none", "no-policy", level="unauthenticated", type="sts-policy-fetch-error")
NOT_VALID = Expect("delivered", "none", "no-policy", level="unauthenticated", type="sts-policy-invalid")
NOT_AUTHENTIC = Expect("delivered", "none", "no-policy", level="unauthenticated", type="sts-webpki-invalid")
