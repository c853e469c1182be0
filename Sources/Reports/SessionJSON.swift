import Records
import Basics
import FoundationEssentials
import Journal

/// A session as `weft session --json` prints it: one object. Times are RFC 3339, offsets microseconds since `opened`; absent values are null.
package struct SessionJSON: Encodable {
    private let session: SessionReport

    package init(_ session: SessionReport) {
        self.session = session
    }

    private enum CodingKeys: String, CodingKey {
        case id, opened, closed, client, destination, source, helo, reason, messages, communications, transactions, decisions
        case clientPort = "client_port"
        case destinationPort = "destination_port"
        case bytesFromClient = "bytes_from_client"
        case bytesFromUpstream = "bytes_from_upstream"
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        let opened = session.connection?.opened
        let closed = session.connection?.closed
        try values.encode(session.id, forKey: .id)
        try values.encode(opened.map { RFC3339.text($0.at) }, forKey: .opened)
        try values.encode(closed.map { RFC3339.text($0.at) }, forKey: .closed)
        try values.encode(opened?.client, forKey: .client)
        try values.encode(opened?.clientPort, forKey: .clientPort)
        try values.encode(opened?.destination, forKey: .destination)
        try values.encode(opened?.destinationPort, forKey: .destinationPort)
        try values.encode(opened?.source, forKey: .source)
        try values.encode(closed?.helo, forKey: .helo)
        try values.encode(closed?.reason, forKey: .reason)
        try values.encode(closed?.messages, forKey: .messages)
        try values.encode(closed?.bytesFromClient, forKey: .bytesFromClient)
        try values.encode(closed?.bytesFromUpstream, forKey: .bytesFromUpstream)
        try values.encode(session.transcript.map(Communication.init), forKey: .communications)
        try values.encode(session.transactions.map(Transaction.init), forKey: .transactions)
        try values.encode(session.decisions, forKey: .decisions)
    }

    private struct Communication: Encodable {
        var offset: Int64
        var direction: String
        var data: String

        private enum CodingKeys: String, CodingKey {
            case offset = "offset_us"
            case direction, data
        }

        init(_ line: TranscriptLine) {
            offset = line.offset
            direction = line.direction.rawValue
            data = line.text
        }
    }

    private struct Transaction: Encodable {
        let record: TransactionRecord

        init(_ record: TransactionRecord) {
            self.record = record
        }

        private enum CodingKeys: String, CodingKey {
            case number, started, ended, sender, bytes, outcome, reply, content
            case recipientsAccepted = "recipients_accepted"
            case recipientsRefused = "recipients_refused"
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(record.number, forKey: .number)
            try values.encode(RFC3339.text(record.startedAt), forKey: .started)
            try values.encode(RFC3339.text(record.endedAt), forKey: .ended)
            try values.encode(record.sender, forKey: .sender)
            try values.encode(record.recipientsAccepted, forKey: .recipientsAccepted)
            try values.encode(record.recipientsRefused, forKey: .recipientsRefused)
            try values.encode(record.bytes, forKey: .bytes)
            try values.encode(record.outcome.rawValue, forKey: .outcome)
            try values.encode(record.reply, forKey: .reply)
            // A message need not be UTF-8: in base 64, exactly as it was.
            try values.encode(record.content.map { Data($0).base64EncodedString() }, forKey: .content)
        }
    }
}
