import Basics
import FoundationEssentials
import Records

/// A domain that is exempted from its policies, or was.
package struct OverrideView: View, Codable, Hashable {
    package var domain: DomainName
    /// What passes.
    package var kind: OverrideKind
    package var until: Date
    package var reason: String
    package var who: String
    package var created: Date
    @Nullable var removed: Date?
    @Nullable var removedBy: String?
    var inForce: Bool

    package init(_ override: OverrideRow, now: Date) {
        domain = override.domain
        kind = override.kind
        until = override.until
        reason = override.reason
        who = override.who
        created = override.created
        removed = override.removed
        removedBy = override.removedBy
        inForce = override.isInForce(at: now)
    }

    /// What is so from now on, for who has just made it.
    package func text(_ style: Style) -> String {
        "\(domain) is exempted\(kind.restriction) until \(Human.time(until)) UTC (in \(Human.span(until.timeIntervalSince(created).rounded())))\n"
    }
}

/// Overrides as a table.
package struct OverrideList: View {
    var overrides: [OverrideView]

    package init(_ overrides: [OverrideRow], now: Date) {
        self.overrides = overrides.map { OverrideView($0, now: now) }
    }

    package func json() throws -> String { try overrides.map { try jsonLine($0) }.joined() }

    package func text(_ style: Style) -> String {
        Table(
            columns: [
                .init("DOMAIN", minimum: 16), .init("ALLOWS"), .init("STATE", minimum: 12), .init("UNTIL (UTC)"),
                .init("REASON", minimum: 16),
                .init("WHO", minimum: 8), .init("CREATED (UTC)", dropRank: 1),
            ],
            rows: overrides.map { override in
                let state: Table.Cell =
                    if let removed = override.removed {
                        .init("removed \(Human.time(removed)) by \(override.removedBy ?? "unknown")")
                    } else if override.inForce {
                        .init("ends \(Human.relative(override.until, to: style.now))", .yellow)
                    } else {
                        .init("ended")
                    }
                return [
                    .init(override.domain.text), .init(override.kind.rawValue), state, .init(Human.time(override.until)),
                    .init(override.reason), .init(override.who),
                    .init(Human.time(override.created)),
                ]
            }
        ).render(style)
    }
}
