import Basics
import FoundationEssentials
import Records
import TestSupport
import Testing

@testable import Reports

/// A session with one of everything, on fixed ids and times.
enum Fixture {
    static let start = RFC3339.date("2026-11-23T08:15:30.250Z") ?? .distantPast

    static func id(_ text: String) throws -> RecordID {
        try #require(RecordID(text))
    }

    static func sessionID() throws -> RecordID { try id("01KAQX5ETA0000000000000001") }

    static func deferral() throws -> RecipientRow {
        let decision = DecisionRecord(
            id: try id("01KAQX5ETA00000000000000D1"), at: start.addingTimeInterval(0.120), connection: try sessionID(), transaction: 1,
            client: ip("192.0.2.7"), destination: ip("203.0.113.25"), sender: "s@sender.example", recipient: "a@example.net",
            domain: "example.net", policy: .sts, enforcement: .enforce, action: .defer, reason: .certificateHostMismatch,
            resultType: .certificateHostMismatch, detail: "the certificate names mail.example.org",
            reply: "451 4.7.5 MTA-STS: certificate of mx1.example.net does not name it (01KAQX5ETA00000000000000D1)",
            mx: "mx1.example.net",
            tls: .init(
                level: .unauthenticated, version: .tls13, cipher: "TLS_AES_256_GCM_SHA384", sni: "mx1.example.net",
                certificateSHA256: String(repeating: "ab", count: 32), resumed: true),
            dns: .init(mx: .insecure, address: .insecure),
            sts: .init(
                id: "20261101", mode: .enforce, mx: ["mx1.example.net", "*.mail.example.net"], maxAge: 604_800,
                fetchedAt: start.addingTimeInterval(-3600)),
            timing: .init(dnsMilliseconds: 12.4, policyMilliseconds: 40, tlsMilliseconds: 3.25))
        return RecipientRow(decision: decision)
    }

    static func acceptance() throws -> RecipientRow {
        let decision = DecisionRecord(
            id: try id("01KAQX5ETA00000000000000D2"), at: start.addingTimeInterval(0.200), connection: try sessionID(), transaction: 1,
            client: ip("192.0.2.7"), destination: ip("203.0.113.25"), sender: "s@sender.example", recipient: "b@open.example",
            domain: "open.example", policy: .none, enforcement: .report, action: .accept, would: .refuse, reason: .noPolicy)
        return RecipientRow(
            decision: decision, passed: FateRecord(decision: decision.id, fate: .delivered, reply: "250 \u{1b}]0;owned\u{7} ok"),
            messageReply: "250 2.0.0 queued")
    }

    static func session() throws -> SessionReport {
        let id = try sessionID()
        let lines: [(Int64, Direction, String)] = [
            (1_200, .upstreamNote, "connected to 203.0.113.25:25"), (15_000, .upstreamToClient, "220 mx1.example.net ESMTP"),
            (20_000, .clientToWeft, "EHLO mta.sender.example"), (21_000, .weftToUpstream, "STARTTLS"),
            (22_000, .upstreamToWeft, "220 ready"), (120_000, .clientToWeft, "RCPT TO:<a@example.net>"),
            (120_000, .weftToClient, "451 4.7.5 MTA-STS: certificate of mx1.example.net does not name it (01KAQX5ETA00000000000000D1)"),
            (200_000, .clientToWeft, "RCPT TO:<b@open.example>"), (210_000, .upstreamToClient, "250 \u{1b}]0;owned\u{7} ok"),
            (61_234_567, .note, "client closed"),
        ]
        return SessionReport(
            id: id,
            connection: ConnectionRecord(
                opened: ConnectionOpened(
                    id: id, at: start, client: ip("192.0.2.7"), clientPort: 51_234, destination: ip("203.0.113.25"), destinationPort: 25,
                    source: ip("198.51.100.9")),
                closed: ConnectionClosed(
                    id: id, at: start.addingTimeInterval(61.3), reason: "client quit", helo: "mta.sender.example",
                    bytesFromClient: 12_345, bytesFromUpstream: 812, messages: 1)),
            transcript: lines.map { TranscriptLine(offset: $0.0, direction: $0.1, text: $0.2) },
            transactions: [
                TransactionRecord(
                    connection: id, number: 1, startedAt: start.addingTimeInterval(0.1), endedAt: start.addingTimeInterval(0.3),
                    sender: "s@sender.example", recipientsAccepted: 1, recipientsRefused: 1, bytes: 12_000, outcome: .delivered,
                    reply: "250 2.0.0 queued", serverReply: "250 2.0.0 queued", content: [0xff, 0x00])
            ],
            recipients: [try deferral(), try acceptance()])
    }

    static let learned = [
        LearnedFact(address: ip("203.0.113.25"), kind: .missingKeyword, what: "8BITMIME", until: start + 60)
    ]

    static let status = DaemonStatus(
        version: "1", pid: 4711, started: start, configuration: nil, enforcement: .report, listen: ["127.0.0.1:10025", "[::1]:10025"],
        sessions: 3, overrides: 1, journalFailure: nil, journalLost: 0)

    static func policy() -> PolicyRow {
        PolicyRow(
            domain: "example.net", policyID: "20261101", mode: .enforce,
            text: "version: STSv1\r\nmode: enforce\r\nmx: mx1.example.net\r\nmax_age: 604800\r\nnote: \u{1b}c\r\n", mx: ["mx1.example.net"],
            maxAge: 604_800, fetchedAt: start.addingTimeInterval(-3600), expires: start.addingTimeInterval(601_200),
            lastChecked: start.addingTimeInterval(-60), lastUsed: nil, sourceAddress: ip("203.0.113.80"), certificateSHA256: "abcd",
            lastError: "sts-policy-fetch-error: 404")
    }
}
