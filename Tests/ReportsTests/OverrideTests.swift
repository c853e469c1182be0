import FoundationEssentials
import Policy
import Records
import TestSupport
import Testing

@testable import Reports

@Suite struct `Overrides for people` {
    let now = Fixture.start

    @Test(arguments: [
        (OverrideKind.any, "whatever the server shows: exempted by the operator: ticket 4711"),
        (.encrypted, "as far as the override goes: exempted by the operator (encrypted only): ticket 4711"),
    ])
    func `what a host has to show is said`(kind: OverrideKind, text: String) throws {
        let evidence = try #require(`Explaining a decision`.mismatch().evidence)
        let settings = DecisionSettings(override: .init(kind: kind, until: now + 1, reason: "ticket 4711"))
        let forecasts = forecast(evidence, to: nil, settings: settings, now: now)
        #expect(!forecasts.isEmpty && forecasts.allSatisfy { demand($0) == text && !$0.isHopeless })
    }

    @Test func `a table shows what became of each`() throws {
        let held = OverrideRow(
            domain: "a.example", until: now + 7200, reason: "ticket \u{1b}4711", who: "root, for alice", created: now - 60)
        var removed = held
        removed.kind = .encrypted
        (removed.domain, removed.removed, removed.removedBy) = ("b.example", now - 30, "bob")
        var ended = held
        (ended.domain, ended.until) = ("c.example", now)
        #expect(
            OverrideList([held, removed, ended], now: now).text(Style(isColoured: false, width: nil, now: now)) == """
                DOMAIN     ALLOWS     STATE                               UNTIL (UTC)          REASON           WHO              CREATED (UTC)
                a.example  any        ends in 2h                          2026-11-23 10:15:30  ticket \\x1b4711  root, for alice  2026-11-23 08:14:30
                b.example  encrypted  removed 2026-11-23 08:15:00 by bob  2026-11-23 10:15:30  ticket \\x1b4711  root, for alice  2026-11-23 08:14:30
                c.example  any        ended                               2026-11-23 08:15:30  ticket \\x1b4711  root, for alice  2026-11-23 08:14:30

                """)
        let line = try jsonLine(OverrideView(removed, now: now))
        #expect(line.contains("\"in_force\":false") && line.contains("\"kind\":\"encrypted\"") && line.contains("\"removed_by\":\"bob\""))
        #expect(try jsonLine(OverrideView(held, now: now)).contains("\"removed\":null"))
    }
}
