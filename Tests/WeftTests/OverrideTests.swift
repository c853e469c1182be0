import Admin
import Basics
import FoundationEssentials
import Testing

@testable import weft

@Suite struct `Overrides on the command line` {
    let now = RFC3339.date("2026-11-23T08:15:30.250Z") ?? .distantPast

    @Test(arguments: [
        ("2h", "2026-11-23T10:15:30.250Z"), ("3d", "2026-11-26T08:15:30.250Z"), ("2026-12-01", "2026-12-01T00:00:00.000Z"),
        ("2026-12-01T12:00:00+01:00", "2026-12-01T11:00:00.000Z"),
    ])
    func `an end is ahead`(text: String, time: String) throws {
        #expect(RFC3339.text(try #require(Deadline(argument: text)).date(now: now)) == time)
    }

    @Test(arguments: [
        ["override", "add", "example.net", "--until", "2h"], ["override", "add", "example.net", "--reason", "why"],
        ["override", "add", "example.net", "--until", "soon", "--reason", "why"], ["override", "add", "--until", "2h", "--reason", "why"],
        ["override", "remove"], ["explain"], ["explain", "01KB4Q2M7F", "--enforcement", "perhaps"], ["policies", "refresh"],
    ])
    func `without an end, a reason or a domain there is none`(_ arguments: [String]) throws {
        let error = try #require(throws: (any Error).self) { _ = try Weft.parseAsRoot(arguments) }
        #expect(ExitStatus(error).code == 2)
    }

    @Test func `what came of fetching a policy is one sentence`() {
        var outcome = PolicyOutcome(.none, failure: "no TXT record at _mta-sts")
        #expect(outcomeText(outcome, domain: "example.net", now: now) == "example.net: no policy: no TXT record at _mta-sts")
        (outcome.id, outcome.mode, outcome.mx) = ("1", "enforce", ["mx.example.net"])
        outcome.expires = RFC3339.text(now + 7200)
        outcome.result = .fetched
        #expect(
            outcomeText(outcome, domain: "example.net", now: now)
                == "example.net: fetched, expires in 2h: mode enforce, id 1, mx mx.example.net")
        outcome.result = .kept
        outcome.failure = "sts-policy-fetch-error: HTTP 404"
        outcome.expires = RFC3339.text(now - 7200)
        #expect(
            outcomeText(outcome, domain: "example.net", now: now)
                == "example.net: could not be fetched: sts-policy-fetch-error: HTTP 404; the cached one has expired, 2h ago: "
                + "mode enforce, id 1, mx mx.example.net")
        #expect(ExitStatus(AdminError(.notRunning, "no daemon")) == ExitStatus(code: 2, message: "weft: no daemon"))
    }
}
