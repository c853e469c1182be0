import ArgumentParser
import FoundationEssentials
import Testing

@testable import weft

@Suite struct `Times and amounts` {
    static let now = Date(timeIntervalSince1970: 1_795_000_000)

    @Test(arguments: [("90s", 90), ("30m", 1800), ("2h", 7200), ("3d", 259_200), ("1w", 604_800), ("0s", 0)])
    func `a moment can be so long ago`(_ text: String, _ seconds: Int) {
        #expect(Moment(argument: text) == .ago(seconds: seconds))
        #expect(Moment(argument: text)?.date(now: Self.now) == Self.now.addingTimeInterval(-Double(seconds)))
    }

    @Test(arguments: [
        ("2026-11-23", 1_795_392_000), ("2026-11-23T01:02:03Z", 1_795_395_723), ("2026-11-23T01:02:03+01:00", 1_795_392_123),
        ("2026-11-23 01:02Z", 1_795_395_720),
    ])
    func `a moment can be a date or RFC 3339`(_ text: String, _ seconds: Int) {
        #expect(Moment(argument: text) == .at(Date(timeIntervalSince1970: Double(seconds))))
    }

    @Test(arguments: ["", "2", "h", "-2h", "2.5h", "2 h", "2hours", "2H", "9999999d", "yesterday", "2026-13-01", "2026-11-23T01:02:03"])
    func `nothing else is a moment`(_ text: String) {
        #expect(Moment(argument: text) == nil)
    }

    @Test(arguments: [
        (0.0, "now"), (45, "in 45s"), (-45, "45s ago"), (60, "in 1m"), (90, "in 90s"), (120, "in 2m"), (5400, "in 90m"),
        (-7200, "2h ago"), (86_400, "in 1d"), (100_000, "in 27h"), (604_800, "in 7d"), (1e300, "in 104166666666d"),
    ])
    func `a moment is told from another`(_ seconds: Double, _ text: String) {
        #expect(Human.relative(Self.now.addingTimeInterval(seconds), to: Self.now) == text)
    }

    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (12_345, "12.3 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
        (5_000_000_000, "5.0 GB"), (Int.max, "9223372.0 TB"), (-1, "-1 B"),
    ])
    func `octets have a unit`(_ octets: Int, _ text: String) {
        #expect(Human.size(octets) == text)
    }

    @Test(arguments: [(0.04, "0.0 ms"), (0.44, "0.4 ms"), (9.96, "10.0 ms"), (35.4, "35 ms"), (1234, "1.2 s"), (.infinity, "- s")])
    func `milliseconds are short`(_ value: Double, _ text: String) {
        #expect(Human.milliseconds(value) == text)
    }
}
