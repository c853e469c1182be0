import FoundationEssentials

/// Times as RFC 3339 writes them, in UTC with milliseconds: `2026-11-23T08:15:30.250Z`.
public enum RFC3339 {
    /// The text of a moment, rounded down to the millisecond; years outside 0 to 9999 are clamped.
    public static func text(_ moment: Date) -> String {
        // 0000-01-01 and 9999-12-31T23:59:59.999.
        let milliseconds = min(max(moment.millisecondsSince1970, -62_167_219_200_000), 253_402_300_799_999)
        let (days, inDay) = floorDivide(milliseconds, 86_400_000)
        let date = civil(fromDays: days)
        return String(unsafeUninitializedCapacity: 24) { buffer in
            func digits(_ value: Int, _ count: Int, at position: Int) {
                var value = value
                for index in stride(from: position + count - 1, through: position, by: -1) {
                    buffer[index] = UInt8(truncatingIfNeeded: 0x30 + value % 10)
                    value /= 10
                }
            }
            for (index, character) in "0000-00-00T00:00:00.000Z".utf8.enumerated() { buffer[index] = character }
            digits(date.year, 4, at: 0)
            digits(date.month, 2, at: 5)
            digits(date.day, 2, at: 8)
            digits(inDay / 3_600_000, 2, at: 11)
            digits(inDay / 60_000 % 60, 2, at: 14)
            digits(inDay / 1000 % 60, 2, at: 17)
            digits(inDay % 1000, 3, at: 20)
            return 24
        }
    }

    /// The UTC day of a moment: `2026-11-23`, as ``OutcomeRecord/day`` has it.
    public static func day(_ moment: Date) -> String {
        String(text(moment).prefix(10))
    }

    /// Reads `YYYY-MM-DD` (midnight UTC) or `YYYY-MM-DDThh:mm[:ss[.fff]]` with `Z` or an offset (`+01:00`); a space serves as `T`.
    ///
    /// nil for anything else, and for days that do not exist.
    public static func date(_ text: String) -> Date? {
        var input = Substring(text)
        guard let year = number(&input, digits: 4), skip(&input, "-"), let month = number(&input, digits: 2), skip(&input, "-"),
            let day = number(&input, digits: 2), (1...12).contains(month), day >= 1
        else { return nil }
        let days = days(year: year, month: month, day: day)
        guard civil(fromDays: days) == (year, month, day) else { return nil }
        if input.isEmpty { return Date(timeIntervalSince1970: Double(days) * 86_400) }

        guard skip(&input, "T") || skip(&input, "t") || skip(&input, " "), let hour = number(&input, digits: 2), hour < 24,
            skip(&input, ":"), let minute = number(&input, digits: 2), minute < 60
        else { return nil }
        var seconds = 0.0
        if skip(&input, ":") {
            guard let whole = number(&input, digits: 2), whole <= 60 else { return nil }
            seconds = Double(whole)
            if skip(&input, ".") {
                let fraction = input.prefix { $0.isASCII && $0.isNumber }
                guard (1...9).contains(fraction.count), let value = Double("0." + fraction) else { return nil }
                seconds += value
                input = input.dropFirst(fraction.count)
            }
        }
        guard let offset = zoneOffset(input) else { return nil }
        return Date(timeIntervalSince1970: Double(days * 86_400 + hour * 3600 + minute * 60 - offset) + seconds)
    }

    /// Seconds east of UTC for `Z`, `+hh:mm` or `-hh:mm`.
    private static func zoneOffset(_ text: Substring) -> Int? {
        if text == "Z" || text == "z" { return 0 }
        var input = text
        let sign: Int
        if skip(&input, "+") {
            sign = 1
        } else if skip(&input, "-") {
            sign = -1
        } else {
            return nil
        }
        guard let hours = number(&input, digits: 2), hours < 24, skip(&input, ":"), let minutes = number(&input, digits: 2),
            minutes < 60, input.isEmpty
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private static func number(_ input: inout Substring, digits count: Int) -> Int? {
        let digits = input.prefix(count)
        guard digits.utf8.count == count, digits.utf8.allSatisfy(\.isDigit) else { return nil }
        input = input.dropFirst(count)
        return Int(digits)
    }

    private static func skip(_ input: inout Substring, _ character: Character) -> Bool {
        guard input.first == character else { return false }
        input.removeFirst()
        return true
    }

    private static func floorDivide(_ value: Int, _ divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    // The Gregorian calendar by eras of 400 years (146,097 days), with years counted from 1 March so that the leap day is the last.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(marchYear, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

extension Date {
    /// Milliseconds since 1970, rounded down; clamped to what an Int64 of microseconds can hold.
    package var millisecondsSince1970: Int {
        let (quotient, remainder) = microsecondsSince1970.quotientAndRemainder(dividingBy: 1000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// Microseconds since 1970 as the journal stores them, clamped so that no date can overflow.
    package var microsecondsSince1970: Int {
        // To the nearest: what was stored as whole microseconds comes back as the same whole number.
        let value = (timeIntervalSince1970 * 1_000_000).rounded()
        guard value > -9e18 else { return value.isNaN ? 0 : -9_000_000_000_000_000_000 }
        return value < 9e18 ? Int(value) : 9_000_000_000_000_000_000
    }

    package init(microsecondsSince1970 value: Int) {
        self.init(timeIntervalSince1970: Double(value) / 1_000_000)
    }
}
