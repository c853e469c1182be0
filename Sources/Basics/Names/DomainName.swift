/// A domain name in the one form Weft keeps: lower case, A-labels, no final dot; the root is empty.
///
/// Such text is the same for two names exactly when DNS holds them equal (RFC 4343 3). A name is read once, by the ``Grammar`` of the place
/// it comes from; what was unusual in it is remembered, so that a place with a stricter grammar asks ``fits(_:)`` and reads nothing again.
public struct DomainName: Hashable, Sendable {
    /// The name as it is stored and shown: at most 253 octets of ASCII. Octets that only DNS itself can hold are written `\DDD`
    /// (RFC 1035 5.1), a dot within a label too, so that a dot always separates labels.
    public let text: String
    /// What not every grammar allows.
    package let traits: Traits

    /// For text that was scanned.
    init(canonical text: String, traits: Traits) {
        self.text = text
        self.traits = traits
    }

    /// The root of DNS, which as a mail exchanger says that there is none (RFC 7505 3).
    public static let root = DomainName(canonical: "", traits: .root)

    /// Whether the name is the root.
    public var isRoot: Bool { text.isEmpty }

    /// Some label holds an underscore, which no host name may have (RFC 5321 4.1.2) and some mail domains do.
    public var hasUnderscore: Bool { traits.contains(.underscore) }

    /// Some label begins or ends with a hyphen, which no host name may (RFC 952, RFC 5321 4.1.2).
    package var hasOuterHyphen: Bool { traits.contains(.outerHyphen) }

    /// Whether the name could have been read by `grammar` as well.
    public func fits(_ grammar: Grammar) -> Bool { traits.isDisjoint(with: grammar.refused) }

    /// Equal in DNS.
    public static func == (left: DomainName, right: DomainName) -> Bool { left.text == right.text }

    /// Hashes the text, which decides all the rest.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension DomainName: Comparable, CustomStringConvertible, Codable {
    /// By the text, for lists that are shown; not the canonical order of RFC 4034 6.1.
    public static func < (left: DomainName, right: DomainName) -> Bool { left.text < right.text }

    /// ``text``.
    public var description: String { text }

    /// Reads the text form of any name DNS can hold.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do {
            self = try DomainName(text, as: .wire)
        } catch {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(printable(text, limit: 300))\" is not a domain name: \(error)")
        }
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

// So that a dictionary by name is an object in JSON, with the names as its keys.
extension DomainName: CodingKeyRepresentable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// The text form.
    public var codingKey: any CodingKey { Key(stringValue: text) }

    /// The name that is a key, if it is one.
    public init?(codingKey: some CodingKey) {
        guard let name = try? DomainName(codingKey.stringValue, as: .wire) else { return nil }
        self = name
    }
}
