import ArgumentParser
import FoundationEssentials

/// A time to come as the command line takes it: RFC 3339, a date (midnight UTC), or so far ahead (`30m`, `2h`, `3d`).
struct Deadline: ExpressibleByArgument, Equatable {
    static let help = "RFC 3339, a date, or so far ahead (30m, 2h, 3d)."

    private let moment: Moment

    init?(argument: String) {
        guard let moment = Moment(argument: argument) else { return nil }
        self.moment = moment
    }

    func date(now: Date) -> Date {
        switch moment {
        case .at(let date): date
        case .ago(let seconds): now.addingTimeInterval(Double(seconds))
        }
    }
}
