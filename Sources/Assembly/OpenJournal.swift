import Journal
import Records

/// What was recorded in the journal at `path`, for one who only reads.
///
/// - Throws: a ``StoreError`` when there is no journal, or it may not be read, or another version's.
package func openJournal(_ path: String) throws -> any EventReader { try JournalReader(path: path) }
