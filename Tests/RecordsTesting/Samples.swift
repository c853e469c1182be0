import Basics
import FoundationEssentials
import Records
import TestSupport

// Records as a day's work leaves them.

/// 2025-11-23T08:00:00Z.
package let morning = Date(timeIntervalSince1970: 1_763_884_800)

extension ConnectionOpened {
    package static func sample(_ id: RecordID = RecordID(), at: Date = morning, client: IPAddress = ip("192.0.2.7")) -> ConnectionOpened {
        ConnectionOpened(
            id: id, at: at, client: client, clientPort: 40_001, destination: ip("203.0.113.5"), destinationPort: 25,
            source: ip("198.51.100.1"))
    }
}

extension ConnectionClosed {
    package static func sample(_ id: RecordID, at: Date = morning + 2) -> ConnectionClosed {
        ConnectionClosed(
            id: id, at: at, reason: "QUIT", helo: "mail.client.example", bytesFromClient: 10_240, bytesFromUpstream: 600, messages: 1)
    }
}

extension TransactionRecord {
    package static func sample(_ connection: RecordID, number: Int = 1, at: Date = morning) -> TransactionRecord {
        TransactionRecord(
            connection: connection, number: number, startedAt: at, endedAt: at + 1, sender: "news@client.example", recipientsAccepted: 1,
            recipientsRefused: 0, bytes: 10_000, outcome: .delivered, reply: "250 2.0.0 queued as 4XyZ",
            serverReply: "250 2.0.0 queued as 4XyZ")
    }
}

extension DecisionRecord {
    package static func sample(_ connection: RecordID = RecordID(), at: Date = morning, domain: DomainName = "example.com")
        -> DecisionRecord
    {
        DecisionRecord(
            id: RecordID(), at: at, connection: connection, transaction: 1, client: ip("192.0.2.7"), destination: ip("203.0.113.5"),
            source: ip("198.51.100.1"), sender: "news@client.example", recipient: "someone@\(domain)", domain: .name(domain), policy: .sts,
            enforcement: .enforce, action: .accept, would: nil, reason: .stsVerified, resultType: nil, detail: "mx1 matches *.example.com",
            reply: nil, mx: "mx1.\(domain)",
            tls: TLS(
                level: .stsVerified, version: .tls13, cipher: "TLS_AES_256_GCM_SHA384", sni: "mx1.\(domain)",
                certificateSHA256: String(repeating: "ab", count: 32), resumed: true),
            dns: DNS(mx: .insecure, address: .insecure, tlsa: nil),
            sts: STS(
                id: "20261101T000000", mode: .enforce, mx: ["*.example.com", "mx.example.net"], maxAge: 604_800, fetchedAt: morning - 3600),
            timing: Timing(dnsMilliseconds: 12.5, stsMilliseconds: 40, policyMilliseconds: nil, tlsMilliseconds: 31),
            evidenceDigest: [UInt8](repeating: 1, count: 32), legDigest: [UInt8](repeating: 2, count: 32))
    }
}

extension [TranscriptLine] {
    /// What a session with one message says, both legs.
    package static let session: [TranscriptLine] = lines.enumerated().map { number, line in
        TranscriptLine(offset: Int64(number) * 1500, direction: line.0, text: line.1)
    }

    private static let lines: [(Direction, String)] = [
        (.upstreamNote, "connected to 203.0.113.5:25 in 12 ms"), (.upstreamToWeft, "220 mx1.example.com ESMTP"),
        (.upstreamToClient, "220 mx1.example.com ESMTP"), (.clientToWeft, "EHLO mail.client.example"),
        (.weftToUpstream, "EHLO mail.client.example"), (.upstreamToWeft, "250-mx1.example.com"), (.upstreamToWeft, "250-STARTTLS"),
        (.upstreamToWeft, "250 SIZE 52428800"), (.weftToUpstream, "STARTTLS"), (.upstreamToWeft, "220 2.0.0 ready"),
        (.upstreamNote, "TLS 1.3 TLS_AES_256_GCM_SHA384, server name mx1.example.com"), (.weftToUpstream, "EHLO mail.client.example"),
        (.upstreamToWeft, "250 mx1.example.com"), (.weftToClient, "250 mx1.example.com"),
        (.clientToWeft, "MAIL FROM:<news@client.example> SIZE=10000"), (.weftToClient, "250 2.1.0 Ok"),
        (.clientToWeft, "RCPT TO:<someone@example.com>"), (.note, "accept sts-verified"), (.upstreamToClient, "250 2.1.5 Ok"),
        (.clientToWeft, "DATA"), (.upstreamToClient, "354 go ahead"), (.note, "10000 octets"),
        (.upstreamToClient, "250 2.0.0 queued as 4XyZ"),
        (.clientToWeft, "QUIT"), (.weftToClient, "221 2.0.0 Bye"),
    ]
}
