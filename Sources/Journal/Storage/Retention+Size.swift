import Basics
import GRDB

/// What goes when the file holds more than it may: of the client that has most, so that who floods the journal pushes out his own records
/// and not the others'; transcripts of all clients first, because decisions are what an audit rests on.
extension Retention {
    /// Deletes transcripts and content of the largest client, the oldest first.
    func clearBulk(_ store: Store) throws(JournalError) -> Bool {
        guard let count = try surplus(store) else { return false }
        return try store.transaction { db in
            guard let client = try Self.largest(db, by: "bulk") else { return false }
            let ids = try String.fetchAll(
                db.cachedStatement(
                    sql:
                        "SELECT id FROM connections WHERE client = ?1 AND id > (SELECT cleared FROM shares WHERE client = ?1) ORDER BY id LIMIT ?2"
                ),
                arguments: [client, count])
            guard let last = ids.last else {
                // All was looked at once; what long sessions said since is next.
                let isEmpty = try String.fetchOne(db, sql: "SELECT cleared FROM shares WHERE client = ?", arguments: [client]) == ""
                let sql = isEmpty ? "UPDATE shares SET bulk = 0 WHERE client = ?" : "UPDATE shares SET cleared = '' WHERE client = ?"
                try db.execute(sql: sql, arguments: [client])
                return true
            }
            for id in ids {
                try db.cachedStatement(sql: "DELETE FROM transcripts WHERE connection = ?").execute(arguments: [id])
                try db.cachedStatement(sql: "UPDATE transactions SET content = NULL WHERE connection = ? AND content IS NOT NULL")
                    .execute(arguments: [id])
            }
            try db.execute(sql: "UPDATE shares SET cleared = ? WHERE client = ?", arguments: [last, client])
            return true
        }
    }

    /// Deletes connections of the largest client with their decisions, the oldest first.
    func deleteEntries(_ store: Store) throws(JournalError) -> Bool {
        guard let count = try surplus(store) else { return false }
        return try store.transaction { db in
            guard let client = try Self.largest(db, by: "entries") else { return false }
            let ids = try String.fetchAll(
                db.cachedStatement(sql: "SELECT id FROM connections WHERE client = ? ORDER BY id LIMIT ?"), arguments: [client, count])
            for id in ids {
                try db.cachedStatement(sql: "DELETE FROM fates WHERE decision IN (SELECT id FROM decisions WHERE connection = ?)")
                    .execute(arguments: [id])
                try db.cachedStatement(sql: "DELETE FROM decisions WHERE connection = ?").execute(arguments: [id])
                try Self.deleteConnection(db, id)
            }
            if ids.isEmpty {
                // Decisions whose connection went for its age.
                let sequences = "SELECT sequence FROM decisions WHERE client = ?1 ORDER BY sequence LIMIT ?2"
                try db.execute(
                    sql: "DELETE FROM fates WHERE decision IN (SELECT id FROM decisions WHERE sequence IN (\(sequences)))",
                    arguments: [client, count])
                try db.execute(sql: "DELETE FROM decisions WHERE sequence IN (\(sequences))", arguments: [client, count])
                if db.changesCount == 0 { try db.execute(sql: "UPDATE shares SET entries = 0 WHERE client = ?", arguments: [client]) }
            }
            return true
        }
    }

    /// How many connections to delete something of; nil when the file holds no more than it may.
    private func surplus(_ store: Store) throws(JournalError) -> Int? {
        guard let maximumSize else { return nil }
        let excess = try store.maintain { db in try Self.pages(db).used } - maximumSize
        // A session seldom takes more than 64 KiB: so few that no more goes than must.
        return excess > 0 ? min(limit, max(10, excess >> 16)) : nil
    }

    /// The client that has most of `column`, of the network that has most: who has a whole /64 of addresses (RFC 6177) does not count as many.
    private static func largest(_ db: Database, by column: String) throws -> String? {
        var networks: [IPAddress: (total: Int, client: String, most: Int)] = [:]
        let rows = try Row.fetchCursor(db, sql: "SELECT client, \(column) FROM shares WHERE \(column) > 0")
        while let row = try rows.next() {
            let (client, amount): (String, Int) = (row[0], row[1])
            let network = IPAddress(client)?.network64 ?? IPAddress(ipv4: 0)
            var entry = networks[network] ?? (0, client, 0)
            entry.total += amount
            if amount > entry.most { (entry.client, entry.most) = (client, amount) }
            networks[network] = entry
        }
        return networks.values.max { $0.total < $1.total }?.client
    }
}
