import Basics
import FoundationEssentials
import Records

/// A session: what it was, what was said, and what became of its transactions.
package struct SessionView: View, Encodable {
    struct Communication: Encodable {
        /// Microseconds since `opened`.
        var offset: Int64
        var direction: String
        var data: String

        private enum CodingKeys: String, CodingKey {
            case offset = "offset_us"
            case direction, data
        }
    }

    struct Transaction: Encodable {
        var number: Int
        var started: Date
        var ended: Date
        var sender: String
        var recipientsAccepted: Int
        var recipientsRefused: Int
        var bytes: Int
        var outcome: String
        @Nullable var reply: String?
        @Nullable var serverReply: String?
        /// In base 64, exactly as it was: a message need not be UTF-8.
        @Nullable var content: String?
    }

    var id: RecordID
    @Nullable var opened: Date?
    @Nullable var closed: Date?
    @Nullable var client: IPAddress?
    @Nullable var clientPort: Int?
    @Nullable var destination: IPAddress?
    @Nullable var destinationPort: Int?
    @Nullable var source: IPAddress?
    @Nullable var helo: String?
    @Nullable var reason: String?
    @Nullable var messages: Int?
    @Nullable var bytesFromClient: Int?
    @Nullable var bytesFromUpstream: Int?
    var communications: [Communication]
    var transactions: [Transaction]
    var decisions: [DecisionView]
    private let session: SessionReport

    package init(_ session: SessionReport) {
        self.session = session
        id = session.id
        let opening = session.connection?.opened
        let closing = session.connection?.closed
        opened = opening?.at
        closed = closing?.at
        client = opening?.client
        clientPort = opening?.clientPort
        destination = opening?.destination
        destinationPort = opening?.destinationPort
        source = opening?.source
        helo = closing?.helo
        reason = closing?.reason
        messages = closing?.messages
        bytesFromClient = closing?.bytesFromClient
        bytesFromUpstream = closing?.bytesFromUpstream
        communications = session.transcript.map { Communication(offset: $0.offset, direction: $0.direction.rawValue, data: $0.text) }
        transactions = session.transactions.map { transaction in
            Transaction(
                number: transaction.number, started: transaction.startedAt, ended: transaction.endedAt, sender: transaction.sender,
                recipientsAccepted: transaction.recipientsAccepted, recipientsRefused: transaction.recipientsRefused,
                bytes: transaction.bytes, outcome: transaction.outcome.rawValue, reply: transaction.reply,
                serverReply: transaction.serverReply,
                content: transaction.content.map { Data($0).base64EncodedString() })
        }
        decisions = session.recipients.map(DecisionView.init)
    }

    private enum CodingKeys: CodingKey {
        case id, opened, closed, client, clientPort, destination, destinationPort, source, helo, reason, messages, bytesFromClient
        case bytesFromUpstream, communications, transactions, decisions
    }

    package func text(_ style: Style) -> String { SessionText(session, style: style).render() }
}
