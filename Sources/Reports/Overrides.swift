import Records
import Basics
import FoundationEssentials
import Journal

/// Overrides as a table.
package func overrideTable(_ overrides: [OverrideRow], now: Date) -> Table {
    Table(
        columns: [
            .init("DOMAIN", minimum: 16), .init("STATE", minimum: 12), .init("UNTIL (UTC)"), .init("REASON", minimum: 16),
            .init("WHO", minimum: 8), .init("CREATED (UTC)", dropRank: 1),
        ],
        rows: overrides.map { override in
            let state: Table.Cell =
                if let removed = override.removed {
                    .init("removed \(Human.time(removed)) by \(override.removedBy ?? "unknown")")
                } else if override.isInForce(at: now) {
                    .init("ends \(Human.relative(override.until, to: now))", .yellow)
                } else {
                    .init("ended")
                }
            return [
                .init(override.domain), state, .init(Human.time(override.until)), .init(override.reason), .init(override.who),
                .init(Human.time(override.created)),
            ]
        })
}

/// An override as `weft override list --json` prints it; absent values are null.
package struct OverrideJSON: Encodable {
    private let override: OverrideRow
    private let isInForce: Bool

    package init(_ override: OverrideRow, now: Date) {
        self.override = override
        isInForce = override.isInForce(at: now)
    }

    private enum CodingKeys: String, CodingKey {
        case domain, until, reason, who, created, removed
        case removedBy = "removed_by"
        case inForce = "in_force"
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(override.domain, forKey: .domain)
        try values.encode(RFC3339.text(override.until), forKey: .until)
        try values.encode(override.reason, forKey: .reason)
        try values.encode(override.who, forKey: .who)
        try values.encode(RFC3339.text(override.created), forKey: .created)
        try values.encode(override.removed.map(RFC3339.text), forKey: .removed)
        try values.encode(override.removedBy, forKey: .removedBy)
        try values.encode(isInForce, forKey: .inForce)
    }
}
