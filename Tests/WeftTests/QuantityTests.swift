import ArgumentParser
import FoundationEssentials
import Testing

@testable import weft

@Suite struct `Times on the command line` {
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
}
