/// A rule that a value of the right type must still meet.
struct Constraint<Value> {
    /// What is wrong with the value; nil if nothing is.
    let complaint: (Value) -> String?

    static var none: Constraint { Constraint { _ in nil } }
}

extension Constraint where Value == Int {
    static func within(_ range: ClosedRange<Int>) -> Constraint {
        Constraint { range.contains($0) ? nil : "\($0) is not allowed; use \(range.lowerBound) to \(range.upperBound)" }
    }

    /// For sizes, whose bounds read better with a unit.
    static func octets(_ range: ClosedRange<Int>) -> Constraint {
        Constraint {
            guard !range.contains($0) else { return nil }
            return "\"\(Quantity.text(size: $0))\" is not allowed; "
                + "use \"\(Quantity.text(size: range.lowerBound))\" to \"\(Quantity.text(size: range.upperBound))\""
        }
    }
}

extension Constraint where Value == Duration {
    static func within(_ range: ClosedRange<Duration>) -> Constraint {
        Constraint {
            guard !range.contains($0) else { return nil }
            return "\"\(Quantity.text($0))\" is not allowed; "
                + "use \"\(Quantity.text(range.lowerBound))\" to \"\(Quantity.text(range.upperBound))\""
        }
    }
}

extension Constraint where Value == String {
    /// A path that does not depend on the directory a service is started in.
    static var absolutePath: Constraint {
        Constraint { $0.hasPrefix("/") && !$0.hasSuffix("/") ? nil : "\"\($0)\" is not an absolute path of a file" }
    }
}
