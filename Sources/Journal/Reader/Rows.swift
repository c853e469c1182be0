import Basics
import FoundationEssentials
import GRDB
import Records

/// Takes the columns of a row from left to right. A value of another type than asked for is taken for NULL: a damaged file must not
/// end the process.
struct Columns {
    private let row: Row
    private var index = 0

    init(_ row: Row) {
        self.row = row
    }

    mutating func next<T: DatabaseValueConvertible>(_ type: T.Type = T.self) -> T? {
        defer { index += 1 }
        return index < row.count ? T.fromDatabaseValue(row[index]) : nil
    }

    mutating func text() -> String { next() ?? "" }

    mutating func number() -> Int { next() ?? 0 }

    mutating func time() -> Date { Date(microsecondsSince1970: number()) }

    mutating func optionalTime() -> Date? { next(Int.self).map { Date(microsecondsSince1970: $0) } }

    mutating func strings() -> [String] { JSONText.strings(text()) }

    mutating func octets() -> [UInt8]? { next(Data.self).map { [UInt8]($0) } }

    mutating func id() -> RecordID { RecordID(text()) ?? RecordID(high: 0, low: 0) }
}

extension DatabaseReader {
    /// Runs `body` in one snapshot of the database, off the caller's thread.
    func rows<T: Sendable>(path: String, _ body: @escaping @Sendable (Database) throws -> T) async throws(JournalError) -> T {
        let result: Result<T, JournalError> = await withCheckedContinuation { waiter in
            asyncRead { access in
                do {
                    waiter.resume(returning: .success(try body(access.get())))
                } catch {
                    waiter.resume(returning: .failure(JournalError(error, path: path, action: "read")))
                }
            }
        }
        return try result.get()
    }
}
