import Foundation
import Testing

@testable import Basics

@Suite struct RFC3339Tests {
    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00.000Z"), (1_795_420_800.25, "2026-11-23T08:00:00.250Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.000Z"), (4_107_542_399.999, "2100-02-28T23:59:59.999Z"), (1e18, "9999-12-31T23:59:59.999Z"),
        (-1e18, "0000-01-01T00:00:00.000Z"),
    ])
    func `times are written in UTC to the millisecond`(_ seconds: Double, _ text: String) {
        #expect(RFC3339.text(Date(timeIntervalSince1970: seconds)) == text)
    }

    @Test func `every day of four centuries is written as the calendar has it`() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for day in stride(from: -50_000, to: 100_000, by: 37) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let expected = String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
            #expect(RFC3339.day(date) == expected)
            #expect(RFC3339.date(expected) == date)
        }
    }

    @Test(arguments: [
        ("2026-11-23", 1_795_392_000.0), ("2026-11-23T08:00:00Z", 1_795_420_800), ("2026-11-23 08:00Z", 1_795_420_800),
        ("2026-11-23t09:30:00+01:30", 1_795_420_800), ("2026-11-23T07:00:00.5-01:00", 1_795_420_800.5),
    ])
    func `times are read with their offset`(_ text: String, _ seconds: Double) {
        #expect(RFC3339.date(text) == Date(timeIntervalSince1970: seconds))
    }

    @Test(arguments: [
        "", "2026", "2026-13-01", "2026-02-29", "2026-00-10", "2026-11-00", "2026-11-23T", "2026-11-23T24:00Z", "2026-11-23T08:00",
        "2026-11-23T08:00:00", "2026-11-23T08:00:00.Z", "2026-11-23T08:00:00+1:00", "2026-11-23T08:00:00Zx", "+026-11-23", "2026-11-2３",
    ])
    func `what is no time is not read as one`(_ text: String) {
        #expect(RFC3339.date(text) == nil)
    }
}
