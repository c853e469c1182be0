import FoundationEssentials
import Testing

@testable import Reports

@Suite struct `Times and amounts` {
    static let now = Date(timeIntervalSince1970: 1_795_000_000)

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
