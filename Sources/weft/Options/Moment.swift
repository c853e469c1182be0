import ArgumentParser
import Basics
import FoundationEssentials

/// A point in time as the command line takes it: RFC 3339, a date (midnight UTC), or so long ago (`90s`, `30m`, `2h`, `3d`, `1w`).
enum Moment: ExpressibleByArgument, Equatable {
    case at(Date)
    case ago(seconds: Int)

    static let help = "RFC 3339, a date, or so long ago (30m, 2h, 3d)."

    init?(argument: String) {
        if let date = RFC3339.date(argument) {
            self = .at(date)
            return
        }
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        let digits = argument.dropLast()
        guard let unit = argument.last.flatMap({ units[$0] }), (1...6).contains(digits.utf8.count),
            digits.utf8.allSatisfy(\.isDigit), let number = Int(digits)
        else { return nil }
        self = .ago(seconds: number * unit)
    }

    func date(now: Date) -> Date {
        switch self {
        case .at(let date): date
        case .ago(let seconds): now.addingTimeInterval(-Double(seconds))
        }
    }
}
