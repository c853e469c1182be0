import Basics
import FoundationEssentials

/// A value as a store keeps it.
public enum StoredValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// How a column keeps its values.
public enum ColumnKind: Sendable, Hashable {
    case integer
    case real
    case text
    case blob
    /// An integer: microseconds since 1970.
    case time
}

/// The type of a column: what is kept of a value, and the value that was kept.
public protocol ColumnValue: Encodable, Sendable {
    /// What values are kept as.
    static var kind: ColumnKind { get }
    /// Whether null is one of them.
    static var isOptional: Bool { get }
    /// What is kept.
    var stored: StoredValue { get }
    /// The value that was kept; nil when this is none: the file is damaged, or another program wrote it.
    init?(stored: StoredValue)
}

extension ColumnValue {
    /// Null is a value of optional types alone.
    @inlinable public static var isOptional: Bool { false }
}

extension Optional: ColumnValue where Wrapped: ColumnValue {
    /// As its value.
    @inlinable public static var kind: ColumnKind { Wrapped.kind }
    /// Null is nil.
    @inlinable public static var isOptional: Bool { true }
    /// The value, or null.
    @inlinable public var stored: StoredValue { self?.stored ?? .null }

    /// nil for null.
    @inlinable public init?(stored: StoredValue) {
        if case .null = stored {
            self = .none
        } else {
            guard let value = Wrapped(stored: stored) else { return nil }
            self = value
        }
    }
}

extension String: ColumnValue {
    /// As it is.
    @inlinable public static var kind: ColumnKind { .text }
    /// As it is.
    @inlinable public var stored: StoredValue { .text(self) }

    /// The text.
    @inlinable public init?(stored: StoredValue) {
        guard case .text(let text) = stored else { return nil }
        self = text
    }
}

extension Int: ColumnValue {
    /// As it is.
    @inlinable public static var kind: ColumnKind { .integer }
    /// As it is.
    @inlinable public var stored: StoredValue { .integer(Int64(self)) }

    /// The number.
    @inlinable public init?(stored: StoredValue) {
        guard case .integer(let number) = stored else { return nil }
        self = Int(number)
    }
}

extension Bool: ColumnValue {
    /// 0 or 1.
    @inlinable public static var kind: ColumnKind { .integer }
    /// 0 or 1.
    @inlinable public var stored: StoredValue { .integer(self ? 1 : 0) }

    /// False for 0.
    @inlinable public init?(stored: StoredValue) {
        guard case .integer(let number) = stored else { return nil }
        self = number != 0
    }
}

extension Double: ColumnValue {
    /// As it is.
    @inlinable public static var kind: ColumnKind { .real }
    /// As it is.
    @inlinable public var stored: StoredValue { .real(self) }

    /// The number; stores give whole ones as integers.
    @inlinable public init?(stored: StoredValue) {
        switch stored {
        case .real(let number): self = number
        case .integer(let number): self = Double(number)
        case .null, .text, .blob: return nil
        }
    }
}

extension Date: ColumnValue {
    /// Microseconds since 1970.
    public static var kind: ColumnKind { .time }
    /// Microseconds since 1970.
    public var stored: StoredValue { .integer(Int64(microsecondsSince1970)) }

    /// The moment.
    public init?(stored: StoredValue) {
        guard case .integer(let number) = stored else { return nil }
        self.init(microsecondsSince1970: Int(number))
    }
}

/// What a list may hold to be a column.
public protocol ColumnElement: Encodable, Sendable {
    /// What lists are kept as.
    static var listKind: ColumnKind { get }
    /// What is kept of a list.
    static func stored(_ list: [Self]) -> StoredValue
    /// The list that was kept.
    static func list(_ stored: StoredValue) -> [Self]?
}

extension Array: ColumnValue where Element: ColumnElement {
    /// As its elements have it.
    public static var kind: ColumnKind { Element.listKind }
    /// As its elements have it.
    public var stored: StoredValue { Element.stored(self) }

    /// The list.
    public init?(stored: StoredValue) {
        guard let list = Element.list(stored) else { return nil }
        self = list
    }
}

extension UInt8: ColumnElement {
    /// Octets as they are.
    public static var listKind: ColumnKind { .blob }
    /// Octets as they are.
    public static func stored(_ list: [UInt8]) -> StoredValue { .blob(list) }

    /// The octets.
    public static func list(_ stored: StoredValue) -> [UInt8]? {
        if case .blob(let octets) = stored { octets } else { nil }
    }
}

extension String: ColumnElement {
    /// A JSON array.
    public static var listKind: ColumnKind { .text }
    /// A JSON array.
    public static func stored(_ list: [String]) -> StoredValue { .text(JSONText.array(list)) }

    /// The strings of the array.
    public static func list(_ stored: StoredValue) -> [String]? {
        if case .text(let text) = stored { JSONText.strings(text) } else { nil }
    }
}

/// Values that are kept as their text.
extension ColumnValue where Self: LosslessStringConvertible {
    /// The text.
    @inlinable public static var kind: ColumnKind { .text }
    /// The text.
    @inlinable public var stored: StoredValue { .text(description) }

    /// The value with this text.
    @inlinable public init?(stored: StoredValue) {
        guard case .text(let text) = stored else { return nil }
        self.init(text)
    }
}

extension RecordID: ColumnValue {}
extension IPAddress: ColumnValue {}

extension RecipientDomain: ColumnValue {
    /// Its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension DomainName: ColumnValue {
    /// The name in A-labels.
    @inlinable public static var kind: ColumnKind { .text }
    /// The name in A-labels.
    @inlinable public var stored: StoredValue { .text(text) }

    /// Any name that DNS can hold, for what was stored was read once.
    @inlinable public init?(stored: StoredValue) {
        guard case .text(let text) = stored, let name = try? DomainName(text, as: .wire) else { return nil }
        self = name
    }
}

/// Words of a fixed vocabulary.
extension ColumnValue where Self: RawRepresentable, RawValue == String {
    /// The word.
    @inlinable public static var kind: ColumnKind { .text }
    /// The word.
    @inlinable public var stored: StoredValue { .text(rawValue) }

    /// The meaning of the word.
    @inlinable public init?(stored: StoredValue) {
        guard case .text(let word) = stored else { return nil }
        self.init(rawValue: word)
    }
}

extension Action: ColumnValue {}
extension Enforcement: ColumnValue {}
extension LookUpStatus: ColumnValue {}
extension OutcomeRecord.PolicyType: ColumnValue {}
extension OverrideKind: ColumnValue {}
extension PolicyKind: ColumnValue {}
extension Reason: ColumnValue {}
extension ResultType: ColumnValue {}
extension STSMode: ColumnValue {}
extension SecurityLevel: ColumnValue {}
extension TLSVersion: ColumnValue {}
extension TransactionRecord.Outcome: ColumnValue {}
extension RecipientFate: ColumnValue {}
