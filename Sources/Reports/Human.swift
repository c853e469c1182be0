import Basics
import FoundationEssentials

/// Times and amounts for people.
package enum Human {
    /// `2026-11-23 08:15:30`, in UTC.
    package static func time(_ date: Date) -> String {
        String(RFC3339.text(date).prefix(19).replacing("T", with: " "))
    }

    /// `2026-11-23 08:15:30.250`, in UTC.
    package static func exactTime(_ date: Date) -> String {
        String(RFC3339.text(date).prefix(23).replacing("T", with: " "))
    }

    /// A moment seen from another: `in 6d`, `3h ago`, `now`.
    package static func relative(_ date: Date, to now: Date) -> String {
        let seconds = date.timeIntervalSince(now)
        let text = span(abs(seconds))
        return abs(seconds) < 1 ? "now" : seconds > 0 ? "in \(text)" : "\(text) ago"
    }

    /// The largest unit that fits at least twice or exactly: `45s`, `90m`, `36h`, `6d`.
    package static func span(_ seconds: Double) -> String {
        let whole = seconds < 9e15 ? Int(seconds) : Int(9e15)
        for (unit, length) in [("d", 86_400), ("h", 3600), ("m", 60)] where whole >= 2 * length || whole == length {
            return "\(whole / length)\(unit)"
        }
        return "\(whole)s"
    }

    /// Octets with a decimal unit: `812 B`, `12.3 kB`.
    package static func size(_ octets: Int) -> String {
        var value = Double(octets)
        guard value >= 1000 else { return "\(octets) B" }
        for unit in ["kB", "MB", "GB"] {
            value /= 1000
            if value < 999.95 { return "\(tenths(value)) \(unit)" }
        }
        return "\(tenths(value / 1000)) TB"
    }

    /// Milliseconds as short as they can be read: `0.4 ms`, `35 ms`, `1.2 s`.
    package static func milliseconds(_ value: Double) -> String {
        if value >= 1000 { return "\(tenths(value / 1000)) s" }
        return value >= 10 ? "\(Int(value.rounded())) ms" : "\(tenths(value)) ms"
    }

    /// `1 message`, `2 messages`.
    package static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }

    private static func tenths(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "-" }
        let scaled = Int((value * 10).rounded())
        return "\(scaled / 10).\(abs(scaled % 10))"
    }
}
