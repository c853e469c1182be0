"""The table: every way that a destination can be which makes a difference to what must become of the mail.

What is expected follows from the section that a scenario names and from the decision table of Weft's design, never from what Weft does."""

from ..model import Scenario
from .addresses import ADDRESSES
from .aliases import ALIASES
from .combined import COMBINED
from .dane import DANE
from .demo import DEMO
from .dnssec import DNSSEC
from .exchangers import EXCHANGERS
from .policyhost import POLICY_HOST
from .policytext import POLICY_TEXT
from .sequences import SEQUENCES
from .servers import SERVERS
from .sts import STS_CERTIFICATES
from .tlsa import TLSA_RECORDS

SCENARIOS: tuple[Scenario, ...] = (
    *DEMO,
    *TLSA_RECORDS,
    *DANE,
    *DNSSEC,
    *ALIASES,
    *EXCHANGERS,
    *ADDRESSES,
    *STS_CERTIFICATES,
    *POLICY_TEXT,
    *POLICY_HOST,
    *COMBINED,
    *SERVERS,
    *SEQUENCES,
)

assert len({s.name for s in SCENARIOS}) == len(SCENARIOS), "two scenarios have one name"
assert all(version.rfc for s in SCENARIOS for _, version, _ in s.phases()), "a scenario names no section"
