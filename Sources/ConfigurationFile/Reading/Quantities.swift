/// Durations and sizes as the configuration writes them: a whole number and one unit, nothing between them.
enum Quantity {
    /// `250ms`, `30s`, `5m`, `1h`, `30d`; nil for anything else. At most nine digits, so nothing can overflow.
    static func duration(_ text: String) -> Duration? {
        guard let (number, unit) = split(text) else { return nil }
        switch unit {
        case "ms": return .milliseconds(number)
        case "s": return .seconds(number)
        case "m": return .seconds(number * 60)
        case "h": return .seconds(number * 3600)
        case "d": return .seconds(number * 86_400)
        default: return nil
        }
    }

    /// `512B`, `64KiB`, `16MiB`, `4GiB`, `1TiB` in octets; nil for anything else.
    static func size(_ text: String) -> Int? {
        guard let (number, unit) = split(text), let shift = ["B": 0, "KiB": 10, "MiB": 20, "GiB": 30, "TiB": 40][unit] else { return nil }
        let (size, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? nil : size
    }

    /// The duration in the largest unit that expresses it exactly.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard attoseconds == 0 else {
            return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms"
        }
        for (unit, length) in [("d", Int64(86_400)), ("h", 3600), ("m", 60)] where seconds >= length && seconds % length == 0 {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }

    /// The size in the largest unit that expresses it exactly.
    static func text(size: Int) -> String {
        for (unit, shift) in [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)] where size > 0 && size % (1 << shift) == 0 {
            return "\(size >> shift)\(unit)"
        }
        return "\(size)B"
    }

    private static func split(_ text: String) -> (number: Int, unit: String)? {
        let digits = text.utf8.prefix(while: \.isDigit)
        guard (1...9).contains(digits.count), let number = Int(Substring(digits)) else { return nil }
        return (number, String(text.dropFirst(digits.count)))
    }
}

extension Duration: ConfigurationValue {
    static var expectation: String { "a duration such as \"250ms\", \"30s\", \"5m\", \"1h\" or \"30d\"" }

    static func read(_ node: TOMLNode) throws(ValueComplaint) -> Duration {
        let text = try string(node)
        guard let duration = Quantity.duration(text) else { throw ValueComplaint("\"\(text)\" is not \(expectation)") }
        return duration
    }
}

/// A number of octets with its unit, read into an `Int`.
struct ByteCount: ConfigurationValue {
    var octets: Int

    static var expectation: String { "a size such as \"64KiB\", \"16MiB\" or \"4GiB\"" }

    static func read(_ node: TOMLNode) throws(ValueComplaint) -> ByteCount {
        let text = try string(node)
        guard let octets = Quantity.size(text) else { throw ValueComplaint("\"\(text)\" is not \(expectation)") }
        return ByteCount(octets: octets)
    }
}
