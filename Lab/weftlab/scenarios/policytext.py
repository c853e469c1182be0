"""The _mta-sts TXT record and the text of the policy (RFC 8461 3.1, 3.2). The MX host's certificate is bad throughout, or from an unknown
CA: mail passes exactly when there is no policy to enforce."""

from ..model import STS, Expect, Host, Scenario
from .common import NOT_VALID, STS_NOT_TRUSTED, STS_OK, UNAUTHENTICATED, UNKNOWN

# The policy counts, and the certificate fails it.
ENFORCED = STS_NOT_TRUSTED
NO_RECORD = UNAUTHENTICATED


def txt(name: str, title: str, expect: Expect, *records: str, rfc: str = "RFC 8461 3.1") -> Scenario:
    return Scenario(f"sts-txt-{name}", f"TXT: {title}", expect, rfc, hosts=(Host(cert=UNKNOWN),), sts=STS(txt=records))


def text(
    name: str, title: str, expect: Expect, *lines: str, rfc: str = "RFC 8461 3.2", end: str = "\n", good: bool = False, **more: object
) -> Scenario:
    sts = STS(text="".join(line + end for line in lines), **more)
    return Scenario(f"sts-text-{name}", f"policy: {title}", expect, rfc, hosts=(Host() if good else Host(cert=UNKNOWN),), sts=sts)


VERSION, ENFORCE, MX, AGE = "version: STSv1", "mode: enforce", "mx: mx.{domain}", "max_age: 604800"

TXT: tuple[Scenario, ...] = (
    txt("several", "two STSv1 records: as if there were none", NO_RECORD, '"v=STSv1; id=1;"', '"v=STSv1; id=2;"'),
    txt("unrelated", "unrelated TXT beside the record", ENFORCED, '"v=spf1 -all"', '"v=STSv1; id=1;"', '"hello"'),
    txt("unrelated-only", "only unrelated TXT", NO_RECORD, '"v=spf1 -all"'),
    txt("version", "another version", NO_RECORD, '"v=STSv2; id=1;"'),
    txt("version-case", "the version in lower case", NO_RECORD, '"v=stsv1; id=1;"'),
    txt("not-first", "id before v", NO_RECORD, '"id=1; v=STSv1;"'),
    txt("no-id", "no id", NOT_VALID, '"v=STSv1;"'),
    txt("bad-id", "an id with a hyphen", NOT_VALID, '"v=STSv1; id=2026-01-01;"'),
    txt("long-id", "an id of 33 characters", NOT_VALID, f'"v=STSv1; id={"1" * 33};"'),
    txt("longest-id", "an id of 32 characters", ENFORCED, f'"v=STSv1; id={"1" * 32};"'),
    txt("empty-id", "an empty id", NOT_VALID, '"v=STSv1; id=;"'),
    txt("no-last-delimiter", "no delimiter at the end", ENFORCED, '"v=STSv1; id=1"'),
    txt("no-space", "no white space", ENFORCED, '"v=STSv1;id=1;"'),
    txt("extension", "an unknown field", ENFORCED, '"v=STSv1; id=1; ext=value;"'),
    txt("strings", "the record in several strings", ENFORCED, '"v=ST" "Sv1; i" "d=1;"'),
    # Two records of which one is malformed are two records all the same (3.1: those that begin with "v=STSv1;").
    txt("several-one-bad", "two records, one of them without an id", NO_RECORD, '"v=STSv1; id=1;"', '"v=STSv1; x=1;"'),
    Scenario(
        "sts-txt-alias",
        "TXT: _mta-sts is an alias",
        ENFORCED,
        "RFC 8461 3.1",
        hosts=(Host(cert=UNKNOWN),),
        records=("_mta-sts CNAME policy.{domain}.", 'policy TXT "v=STSv1; id=1;"'),
        sts=STS(txt=()),
    ),
    Scenario(
        "sts-txt-none",
        "TXT: no record, though there is a policy to fetch",
        NO_RECORD,
        "RFC 8461 3.1",
        hosts=(Host(cert=UNKNOWN),),
        sts=STS(txt=()),
    ),
)

GOOD_TEXTS: tuple[Scenario, ...] = (
    text("lf", "lines end with LF", STS_OK, VERSION, ENFORCE, MX, AGE, good=True),
    text("crlf", "lines end with CRLF", STS_OK, VERSION, ENFORCE, MX, AGE, end="\r\n", good=True),
    Scenario(
        "sts-text-no-last-end",
        "policy: no line end at the end",
        STS_OK,
        "RFC 8461 3.2",
        sts=STS(text="\n".join((VERSION, ENFORCE, MX, AGE))),
    ),
    text("order", "fields in another order", ENFORCED, AGE, MX, ENFORCE, VERSION),
    text("no-space", "no white space", ENFORCED, "version:STSv1", "mode:enforce", "mx:mx.{domain}", "max_age:604800"),
    text("trailing-space", "white space at the ends of lines", ENFORCED, VERSION + " ", ENFORCE + "\t", MX + "  ", AGE + " "),
    text(
        "extension", "an unknown field, with a colon in its value", ENFORCED, VERSION, ENFORCE, MX, AGE, "x-contact: https://www.example/"
    ),
    text("mode-twice", "two modes: the first counts", ENFORCED, VERSION, ENFORCE, "mode: none", MX, AGE),
    text("mode-none-first", "two modes: the first counts, which is none", UNAUTHENTICATED, VERSION, "mode: none", ENFORCE, MX, AGE),
    # RFC 8461 3.2 has a maximum for max_age; to keep a policy for that long at the most is the safe reading of a greater one.
    text("max-age-large", "max_age above a year", ENFORCED, VERSION, ENFORCE, MX, "max_age: 99999999"),
    text("max-age-zero", "max_age 0: it is fetched, and applies to this message", ENFORCED, VERSION, ENFORCE, MX, "max_age: 0"),
)

BAD_TEXTS: tuple[Scenario, ...] = (
    text("empty", "nothing", NOT_VALID),
    text("no-version", "no version", NOT_VALID, ENFORCE, MX, AGE),
    text("version-2", "another version", NOT_VALID, "version: STSv2", ENFORCE, MX, AGE),
    text("no-mode", "no mode", NOT_VALID, VERSION, MX, AGE),
    text("unknown-mode", "an unknown mode", NOT_VALID, VERSION, "mode: strict", MX, AGE),
    text("mode-case", "the mode in upper case", NOT_VALID, VERSION, "mode: Enforce", MX, AGE),
    text("no-mx", "enforce without mx", NOT_VALID, VERSION, ENFORCE, AGE),
    text("no-max-age", "no max_age", NOT_VALID, VERSION, ENFORCE, MX),
    text("max-age-long", "max_age of 11 digits", NOT_VALID, VERSION, ENFORCE, MX, "max_age: 10000000000"),
    text("max-age-negative", "max_age below 0", NOT_VALID, VERSION, ENFORCE, MX, "max_age: -1"),
    text("name-case", "a field name in upper case is another field", NOT_VALID, VERSION, "Mode: enforce", MX, AGE),
    text("malformed", "a line without a colon", NOT_VALID, VERSION, ENFORCE, "this is no field", MX, AGE),
    text("bom", "a byte order mark", NOT_VALID, "\ufeff" + VERSION, ENFORCE, MX, AGE),
    text("cr", "lines end with CR", NOT_VALID, VERSION, ENFORCE, MX, AGE, end="\r"),
    text("mx-syntax", "mx with a wildcard inside", NOT_VALID, VERSION, ENFORCE, "mx: mx.*.{domain}", AGE),
)

POLICY_TEXT: tuple[Scenario, ...] = (*TXT, *GOOD_TEXTS, *BAD_TEXTS)
