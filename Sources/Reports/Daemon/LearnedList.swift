import Basics
import Records

/// What a running daemon has learned about servers, as a table. It says so itself, over its control socket.
package struct LearnedList: View, Codable, Hashable {
    /// The most that are told of at once: an answer is bounded, and nobody reads more.
    package static let most = 1000
    /// Octets told of each.
    private static let longest = 200

    package var facts: [LearnedFact]
    /// How many there are besides.
    package var unlisted: Int

    /// - Parameter facts: all of them; those that are forgotten first are told of first.
    package init(_ facts: [LearnedFact]) {
        let ordered = facts.sorted { ($0.until, $0.what) < ($1.until, $1.what) }
        self.facts = ordered.prefix(Self.most).map { fact in
            var fact = fact
            fact.what = printable(fact.what, limit: Self.longest)
            return fact
        }
        unlisted = max(0, facts.count - Self.most)
    }

    package func json() throws -> String { try facts.map { try jsonLine($0) }.joined() }

    package func text(_ style: Style) -> String {
        let table = Table(
            columns: [.init("ADDRESS", minimum: 16), .init("LEARNED"), .init("WHAT", minimum: 16), .init("FORGOTTEN")],
            rows: facts.map { fact in
                [
                    .init(fact.address.description), .init(fact.kind.rawValue), .init(fact.what),
                    .init(Human.relative(fact.until, to: style.now)),
                ]
            })
        return table.render(style) + (unlisted > 0 ? "and \(unlisted) more; name an address\n" : "")
    }
}
