import Basics
import ConfigurationFile
import DANE
import DNS
import FoundationEssentials
import MTASTS
import Policy
import Records
import TLS
import TestSupport
import Testing

@testable import Relay
@testable import Reports

/// What a view is written as when nothing optional is known, and when everything is.
struct Sample: CustomTestStringConvertible, Sendable {
    var command: String
    var lines: [String]

    var testDescription: String { command }

    static func all() throws -> [Sample] {
        [
            Sample(
                command: "weft decisions",
                lines: [try jsonLine(DecisionView(Fixture.deferral())), try jsonLine(DecisionView(Fixture.acceptance()))]),
            try sessions(), try checks(), try explanations(), try policies(), try history(), try overrides(), try madeOverride(),
            try refresh(), try status(), try learned(),
            Sample(command: "weft override remove", lines: [try OverrideRemoval(domain: "a.example", found: true).json()]),
            Sample(command: "weft policies forget", lines: [try PolicyRemoval(domain: "a.example", found: false).json()]),
            Sample(command: "weft reload", lines: [try ReloadOutcome(warnings: ["[listen] address changed"]).json()]),
            Sample(
                command: "weft config check",
                lines: [
                    try ProblemView(.init(message: "bad")).json(),
                    try ProblemView(.init(file: "a.toml", line: 1, section: "[dns]", key: "mark", message: "bad")).json(),
                ]),
        ]
    }

    private static func sessions() throws -> Sample {
        var bare = try Fixture.session()
        bare.connection = nil
        bare.transactions[0].reply = nil
        bare.transactions[0].serverReply = nil
        bare.transactions[0].content = nil
        return Sample(command: "weft session", lines: [try SessionView(bare).json(), try SessionView(Fixture.session()).json()])
    }

    private static func cachedPolicy() throws -> CachedPolicy {
        let policy = try STSPolicy.parse(Array("version: STSv1\nmode: testing\nmx: *.example.net\nmax_age: 60\n".utf8))
        return CachedPolicy(
            domain: "example.net", id: "1", fetched: FetchedPolicy(policy: policy), now: Fixture.start, lastUsed: Fixture.start)
    }

    private static func checks() throws -> Sample {
        var evidence = try #require(`Explaining a decision`.mismatch().evidence)
        let settings = DecisionSettings()
        let address = try #require(IPAddress("203.0.113.25"))
        let failed = ProbedHost(host: nil, address: address, outcome: LegProbe.Outcome(failure: "refused", transcript: []))
        func outlook(to destination: IPAddress?) -> DomainOutlook {
            let forecasts = forecast(evidence, to: destination, settings: settings, now: Fixture.start)
            return DomainOutlook(evidence: evidence, settings: settings, forecasts: forecasts, probes: [failed])
        }
        let bare = CheckView(outlook(to: nil))
        evidence.sts = .policy(try cachedPolicy(), note: nil)
        evidence.hosts[0].tlsaBase = nil
        return Sample(command: "weft check", lines: [try bare.json(), try CheckView(outlook(to: address)).json()])
    }

    private static func explanations() throws -> Sample {
        let full = try `Explaining a decision`.mismatch()
        var bare = full
        bare.evidence = nil
        bare.inputs.leg.tls = .notOffered
        bare.inputs.leg.serverName = nil
        let whatIf = WhatIf(
            enforcement: .report, onFailure: .refuse, insecureMX: .off, hasOverride: true, sts: .policy(try cachedPolicy().policy))
        return Sample(
            command: "weft explain",
            lines: [
                try ExplanationView(bare, WhatIf()).json(),
                try ExplanationView(bare, WhatIf(enforcement: .report)).json(),
                try ExplanationView(full, whatIf).json(),
            ])
    }

    private static func policies() throws -> Sample {
        let bare = Fixture.policy()
        var full = bare
        (full.lastUsed, full.lastError) = (Fixture.start, "404")
        var unknown = bare
        (unknown.sourceAddress, unknown.certificateSHA256, unknown.lastError) = (nil, nil, nil)
        return Sample(command: "weft policies list", lines: [try PolicyView(unknown).json(), try PolicyView(full).json()])
    }

    private static func history() throws -> Sample {
        let bare = PolicyHistoryRow(
            domain: "example.net", policyID: "1", mode: .testing, text: "", fetchedAt: Fixture.start, sourceAddress: nil,
            certificateSHA256: nil)
        var full = bare
        (full.sourceAddress, full.certificateSHA256) = (ip("203.0.113.80"), "abcd")
        return Sample(
            command: "weft policies history", lines: [try PolicyHistoryView([bare]).json(), try PolicyHistoryView([full]).json()])
    }

    private static func overrides() throws -> Sample {
        let bare = OverrideRow(domain: "a.example", until: Fixture.start, reason: "why", who: "root", created: Fixture.start)
        var full = bare
        (full.removed, full.removedBy) = (Fixture.start, "bob")
        return Sample(
            command: "weft override list",
            lines: [try OverrideList([bare], now: Fixture.start).json(), try OverrideList([full], now: Fixture.start).json()])
    }

    private static func madeOverride() throws -> Sample {
        let made = OverrideRow(domain: "a.example", until: Fixture.start + 60, reason: "why", who: "root", created: Fixture.start)
        return Sample(command: "weft override add", lines: [try OverrideView(made, now: Fixture.start).json()])
    }

    private static func refresh() throws -> Sample {
        let full = PolicyOutcome(.kept, of: "example.net", try cachedPolicy(), failure: "404")
        return Sample(command: "weft policies refresh", lines: [try PolicyOutcome(.pending, of: "example.net").json(), try full.json()])
    }

    private static func status() throws -> Sample {
        var full = Fixture.status
        full.journalFailure = "disk full"
        return Sample(command: "weft status", lines: [try Fixture.status.json(), try full.json()])
    }

    private static func learned() throws -> Sample {
        Sample(command: "weft status --learned", lines: [try LearnedList(Fixture.learned).json()])
    }

    /// The keys of each object, by the path to it.
    func keys() throws -> [String: Set<Set<String>>] {
        let all = try lines.map { try decoded($0, as: JSONValue.self) }.flatMap { $0.keys() }
        return Dictionary(grouping: all, by: \.path).mapValues { Set($0.map(\.keys)) }
    }
}

@Suite struct `The JSON convention` {
    @Test(arguments: try Sample.all()) func `every key is always there, in snake case`(sample: Sample) throws {
        for (path, keys) in try sample.keys() {
            #expect(keys.count == 1, "\(path) has different keys: \(keys)")
            for key in keys.joined() { #expect(key.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) != nil, "\(path) \(key)") }
        }
    }

    @Test(arguments: try Sample.all()) func `one object is one line, and times are UTC with milliseconds`(sample: Sample) throws {
        for line in sample.lines {
            #expect(line.hasSuffix("}\n") && line.filter { $0 == "\n" }.count == 1)
            for text in try decoded(line, as: JSONValue.self).texts where RFC3339.date(text) != nil {
                #expect(text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil, "\(text)")
            }
        }
    }

    @Test(arguments: try Sample.all()) func `the documentation has every key`(sample: Sample) throws {
        let directory = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let text = String(decoding: try Data(contentsOf: URL(filePath: "/\(directory)/docs/json.md")), as: UTF8.self)
        let section = try #require(text.split(separator: "## `").first { $0.hasPrefix(sample.command + "`") })
        // | `hosts[]` | `host` `addresses` ... |, the object itself without a path.
        var documented: [String: Set<String>] = [:]
        for row in section.split(separator: "\n") where row.hasPrefix("| ") {
            let cells = row.split(separator: "|").map { $0.matches(of: /`([^`]+)`/).map { String($0.output.1) } }
            guard cells.count == 2, !cells[1].isEmpty else { continue }
            documented[cells[0].first ?? "", default: []].formUnion(cells[1])
        }
        let keys = try sample.keys().mapValues { $0.reduce(into: Set<String>()) { $0.formUnion($1) } }
        for (path, names) in keys where documented[path] != names {
            Issue.record("| `\(path)` | \(names.sorted().map { "`\($0)`" }.joined(separator: " ")) |")
        }
        for path in documented.keys where keys[path] == nil { Issue.record("\(path) is documented, and nothing has it") }
    }
}
