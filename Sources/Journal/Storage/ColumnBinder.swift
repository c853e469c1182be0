import FoundationEssentials
import GRDB
import Records

/// Takes the values of a record for a statement. Nothing here may fail for what a record holds, or it would hold up its whole batch for ever:
/// texts are cut to what is kept of them.
struct ColumnBinder: ColumnVisitor {
    private(set) var values: [(any DatabaseValueConvertible)?] = []
    /// Whether the group that is visited is absent.
    private var isAbsent = false

    init(capacity: Int) {
        values.reserveCapacity(capacity)
    }

    mutating func visit<Value: ColumnValue>(_ column: RecordColumn, _ value: inout Value) {
        values.append(isAbsent ? nil : value.stored.kept(limit: column.limit))
    }

    mutating func group<Group: ColumnGroup>(_ key: String, _ group: inout Group?) {
        if group != nil {
            group?.describe(to: &self)
        } else {
            isAbsent = true
            var blank = Group.blank
            blank.describe(to: &self)
            isAbsent = false
        }
    }
}

extension StoredValue {
    fileprivate func kept(limit: Int) -> (any DatabaseValueConvertible)? {
        switch self {
        case .null: nil
        case .integer(let number): number
        case .real(let number): number
        case .text(let text): text.bounded(limit)
        case .blob(let octets): Data(octets)
        }
    }

    init(_ value: DatabaseValue) {
        self =
            switch value.storage {
            case .null: .null
            case .int64(let number): .integer(number)
            case .double(let number): .real(number)
            case .string(let text): .text(text)
            case .blob(let data): .blob([UInt8](data))
            }
    }
}
