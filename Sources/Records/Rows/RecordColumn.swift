/// What is said of a column besides its value's type.
public struct RecordColumn: Sendable, Hashable {
    /// Octets kept of a name or an address.
    public static let short = 1024
    /// Octets kept of a sentence.
    public static let long = 4096

    /// Its name in the table.
    public var name: String
    /// Its key in JSON, within the object of its part; nil when it is not shown.
    public var key: String?
    /// Octets that are kept of a text.
    public var limit: Int
    /// The version of the schema that it came with.
    public var since: Int

    /// A column.
    @inlinable
    public init(name: String, key: String?, limit: Int, since: Int) {
        self.name = name
        self.key = key
        self.limit = limit
        self.since = since
    }
}
