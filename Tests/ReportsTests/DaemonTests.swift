import Basics
import FoundationEssentials
import MTASTS
import Records
import TestSupport
import Testing

@testable import Reports

/// What the running daemon answers, as a person reads it and as it crosses the control socket.
@Suite struct `What a daemon says` {
    let now = Fixture.start
    var style: Style { Style(isColoured: false, width: nil, now: now) }

    @Test func `what came of fetching a policy is one sentence`() {
        var outcome = PolicyOutcome(.none, of: "example.net", failure: "no TXT record at _mta-sts")
        #expect(outcome.text(style) == "example.net: no policy: no TXT record at _mta-sts\n")
        (outcome.id, outcome.mode, outcome.mx) = ("1", .enforce, ["mx.example.net"])
        outcome.expires = now + 7200
        outcome.result = .fetched
        #expect(outcome.text(style) == "example.net: fetched, expires in 2h: mode enforce, id 1, mx mx.example.net\n")
        outcome.result = .kept
        outcome.failure = "sts-policy-fetch-error: \u{1b}HTTP 404"
        outcome.expires = now - 7200
        #expect(
            outcome.text(style)
                == "example.net: could not be fetched: sts-policy-fetch-error: \\x1bHTTP 404; the cached one has expired, 2h ago: "
                + "mode enforce, id 1, mx mx.example.net\n")
    }

    @Test func `how it is takes a line for each`() {
        var status = Fixture.status
        status.started = now - 7200
        (status.configuration, status.journalFailure) = ("/etc/\u{1b}weft.toml", "disk full")
        #expect(
            status.text(style) == """
                version        1
                process        4711
                started        2026-11-23 06:15:30 UTC (2h ago)
                configured by  /etc/\\x1bweft.toml
                enforcement    report
                listens on     127.0.0.1:10025, [::1]:10025
                sessions       3
                overrides      1
                journal        FAILING: disk full
                events lost    0

                """)
    }

    @Test func `an override that was made is a sentence, however long the answer took`() {
        var made = OverrideRow(domain: "a.example", until: now + 7200, reason: "why", who: "root", created: now + 0.040)
        let text = OverrideView(made, now: now + 3).text(style)
        #expect(text == "a.example is exempted until 2026-11-23 10:15:30 UTC (in 2h)\n")
        made.kind = .encrypted
        let limited = OverrideView(made, now: now + 3).text(style)
        #expect(limited == "a.example is exempted (encrypted only) until 2026-11-23 10:15:30 UTC (in 2h)\n")
    }

    @Test func `what was removed, and what was not there`() {
        #expect(OverrideRemoval(domain: "a.example", found: true).text(style) == "the override of a.example has ended\n")
        #expect(OverrideRemoval(domain: "a.example", found: false).text(style) == "no override of a.example is in force\n")
        #expect(PolicyRemoval(domain: "a.example", found: true).text(style) == "the policy of a.example is forgotten\n")
        #expect(PolicyRemoval(domain: "a.example", found: false).text(style) == "no policy of a.example is cached\n")
    }

    @Test func `what was learned is told in the order in which it is forgotten, and how much more there is`() throws {
        let fact = LearnedFact(address: ip("203.0.113.25"), kind: .brokenTLS, what: "\u{1b}c closed", until: now + 1800)
        let name = LearnedFact(address: ip("2001:db8::25"), kind: .serverName, what: "mx.example.net", until: now + 60)
        let text = LearnedList([fact, name]).text(style)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 3 && lines[0].contains("ADDRESS"))
        #expect(lines[1].contains("2001:db8::25") && lines[1].contains("server-name") && lines[1].contains("mx.example.net"))
        #expect(lines[2].contains("203.0.113.25") && lines[2].contains("broken-tls") && lines[2].contains("in 30m"))
        #expect(!text.contains("\u{1b}"))
        let many = LearnedList(Array(repeating: name, count: LearnedList.most + 7))
        #expect(many.facts.count == LearnedList.most)
        #expect(many.text(style).hasSuffix("\nand 7 more; name an address\n"))
        #expect(try jsonValue(LearnedList.self, of: jsonLine(many).utf8) == many)
    }

    @Test func `what is written is read again, and a key that is missing is an error`() throws {
        var full = Fixture.status
        (full.configuration, full.journalFailure) = ("weft.toml", "disk full")
        for status in [Fixture.status, full] { #expect(try jsonValue(DaemonStatus.self, of: status.json().utf8) == status) }
        let made = OverrideView(
            OverrideRow(domain: "a.example", until: now + 60, reason: "\u{1b}why", who: "root", created: now), now: now)
        #expect(try jsonValue(OverrideView.self, of: made.json().utf8) == made)
        let outcome = PolicyOutcome(.pending, of: "a.example")
        #expect(try jsonValue(PolicyOutcome.self, of: outcome.json().utf8) == outcome)

        let line = try Fixture.status.json()
        for key in ["\"journal_failure\":null,", "\"pid\":4711,"] {
            #expect(line.contains(key))
            #expect(throws: DecodingError.self) { try jsonValue(DaemonStatus.self, of: line.replacing(key, with: "").utf8) }
        }
        #expect(throws: DecodingError.self) {
            try jsonValue(DaemonStatus.self, of: line.replacing("2026-11-23T", with: "soon").utf8)
        }
    }
}
