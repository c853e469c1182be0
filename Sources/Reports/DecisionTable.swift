import Basics
import Records

/// Decisions as rows of a table.
package struct DecisionTable {
    private let style: Style
    private let isFollowing: Bool
    /// How many characters of a session's id are shown.
    let idLength: Int

    /// Below this width a table has times without year and the beginnings of ids.
    private static let roomyWidth = 120

    /// - Parameters:
    ///   - recipients: those that the table begins with.
    ///   - isFollowing: others come later, so columns get their usual widths.
    package init(for recipients: [RecipientRow], style: Style, isFollowing: Bool) {
        self.style = style
        self.isFollowing = isFollowing
        let ids = Set(recipients.map(\.decision.connection.description))
        // Ten characters are the time; four more make another session with the same beginning unlikely.
        let telling = (14..<RecordID.textLength).first { length in Set(ids.map { $0.prefix(length) }).count == ids.count }
        idLength = Self.isRoomy(style) ? RecordID.textLength : telling ?? RecordID.textLength
    }

    package var columns: [Table.Column] {
        func usual(_ width: Int) -> Int { isFollowing ? width : 0 }
        return [
            .init("TIME (UTC)", usual: usual(Self.isRoomy(style) ? 19 : 14)),
            .init("ACTION", usual: usual(12)),
            .init("POLICY", usual: usual(8), dropRank: 2),
            .init("REASON", minimum: 16, usual: usual(20)),
            .init("RECIPIENT", minimum: 16, usual: usual(30)),
            .init("SERVER", minimum: 14, usual: usual(24), dropRank: 3),
            .init("CLIENT", minimum: 11, usual: usual(15), dropRank: 4),
            .init("TLS", usual: usual(15), dropRank: 5),
            .init("SESSION", usual: usual(idLength)),
        ]
    }

    package func cells(_ recipient: RecipientRow) -> [Table.Cell] {
        let decision = recipient.decision
        let time = Human.time(decision.at)
        return [
            .init(Self.isRoomy(style) ? time : String(time.dropFirst(5))),
            Self.action(decision),
            .init(decision.policy.rawValue),
            .init(decision.reason.rawValue),
            .init(decision.recipient),
            .init(decision.mx?.text ?? decision.destination.description),
            .init(decision.client.description),
            .init(decision.tls?.level.rawValue ?? "-"),
            .init(String(decision.connection.description.prefix(idLength))),
        ]
    }

    /// What was done; in report mode, what would have been.
    static func action(_ decision: DecisionRecord) -> Table.Cell {
        let verdict = decision.would ?? decision.action
        let colour: Style.Colour? = verdict == .defer ? .yellow : verdict == .refuse ? .red : nil
        return .init(decision.would.map { "would \($0.rawValue)" } ?? decision.action.rawValue, colour)
    }

    private static func isRoomy(_ style: Style) -> Bool {
        style.width.map { $0 >= roomyWidth } ?? true
    }
}
