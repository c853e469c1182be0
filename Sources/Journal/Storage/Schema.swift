import GRDB

/// The tables. docs/journal.md describes them and the views for people; a change is a new migration, never an edit of an old one.
enum Schema {
    /// A day in the unit of the time columns.
    static let dayMicroseconds = 86_400_000_000

    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator().disablingDeferredForeignKeyChecks()
        migrator.registerMigration("v1") { db in
            try db.execute(sql: tables)
            try db.execute(sql: cache)
            try db.execute(sql: views)
        }
        migrator.registerMigration("v2") { db in try db.execute(sql: overrideTrail) }
        migrator.registerMigration("v3") { db in try db.execute(sql: words) }
        for version in firstDescribed...newest {
            migrator.registerMigration("v\(version)") { db in
                if version == 4 { try db.execute(sql: fates) }
                try describe(db, version: version)
                if version == sharesVersion { try db.execute(sql: shares) }
                if version == 4 { try db.execute(sql: overrideKinds) }
            }
        }
        return migrator
    }()

    // Times are microseconds since 1970, ids the text of a RecordID. Tables with short rows are clustered by their key; those with long
    // ones are not, because SQLite spills them into pages of their own.
    private static let tables = """
        CREATE TABLE connections (
            id TEXT PRIMARY KEY,
            opened_at INTEGER NOT NULL,
            client TEXT NOT NULL,
            client_port INTEGER NOT NULL,
            destination TEXT NOT NULL,
            destination_port INTEGER NOT NULL,
            source TEXT,
            closed_at INTEGER,
            reason TEXT,
            helo TEXT,
            bytes_from_client INTEGER,
            bytes_from_upstream INTEGER,
            messages INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX connections_opened_at ON connections(opened_at);

        CREATE TABLE transcripts (
            sequence INTEGER PRIMARY KEY,
            connection TEXT NOT NULL,
            lines TEXT NOT NULL
        ) STRICT;
        CREATE INDEX transcripts_connection ON transcripts(connection);

        CREATE TABLE transactions (
            connection TEXT NOT NULL,
            number INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER NOT NULL,
            sender TEXT NOT NULL,
            recipients_accepted INTEGER NOT NULL,
            recipients_refused INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            reply TEXT,
            content BLOB,
            PRIMARY KEY (connection, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE decisions (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            at INTEGER NOT NULL,
            connection TEXT NOT NULL,
            client TEXT NOT NULL,
            destination TEXT NOT NULL,
            source TEXT,
            sender TEXT NOT NULL,
            recipient TEXT NOT NULL,
            domain TEXT NOT NULL,
            policy TEXT NOT NULL,
            mode TEXT NOT NULL,
            action TEXT NOT NULL,
            would TEXT,
            reason TEXT NOT NULL,
            result_type TEXT,
            detail TEXT,
            reply TEXT,
            mx TEXT,
            tls_level TEXT,
            tls_version TEXT,
            tls_cipher TEXT,
            tls_sni TEXT,
            certificate_sha256 TEXT,
            tls_resumed INTEGER,
            dns_mx TEXT,
            dns_address TEXT,
            dns_tlsa TEXT,
            sts_id TEXT,
            sts_mode TEXT,
            sts_mx TEXT,
            sts_max_age INTEGER,
            sts_fetched_at INTEGER,
            dns_ms REAL,
            policy_ms REAL,
            tls_ms REAL,
            evidence BLOB,
            leg BLOB
        ) STRICT;
        CREATE INDEX decisions_at ON decisions(at);
        CREATE INDEX decisions_connection ON decisions(connection);
        CREATE INDEX decisions_domain ON decisions(domain);

        CREATE TABLE evidence (
            digest BLOB PRIMARY KEY,
            kind TEXT NOT NULL,
            first_seen INTEGER NOT NULL,
            last_used INTEGER NOT NULL,
            certificates TEXT NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX evidence_last_used ON evidence(last_used);

        CREATE TABLE certificates (
            sha256 TEXT PRIMARY KEY,
            subject TEXT NOT NULL,
            not_after INTEGER,
            first_seen INTEGER NOT NULL,
            last_used INTEGER NOT NULL,
            der BLOB NOT NULL
        ) STRICT;
        CREATE INDEX certificates_last_used ON certificates(last_used);

        CREATE TABLE outcome_policies (
            id INTEGER PRIMARY KEY,
            strings TEXT NOT NULL,
            mx TEXT NOT NULL,
            UNIQUE (strings, mx)
        ) STRICT;

        CREATE TABLE outcome_counts (
            day TEXT NOT NULL,
            policy_domain TEXT NOT NULL,
            policy_type TEXT NOT NULL,
            policy INTEGER NOT NULL,
            result_type TEXT NOT NULL,
            mx_host TEXT NOT NULL,
            sending_address TEXT NOT NULL,
            receiving_address TEXT NOT NULL,
            reason TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (
                day, policy_domain, policy_type, policy, result_type, mx_host, sending_address, receiving_address, reason)
        ) STRICT, WITHOUT ROWID;
        """

    private static let cache = """
        CREATE TABLE policies (
            domain TEXT PRIMARY KEY,
            policy_id TEXT NOT NULL,
            mode TEXT NOT NULL,
            text TEXT NOT NULL,
            mx TEXT NOT NULL,
            max_age INTEGER NOT NULL,
            fetched_at INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            last_checked INTEGER NOT NULL,
            last_used INTEGER,
            source_address TEXT,
            certificate_sha256 TEXT,
            last_error TEXT
        ) STRICT;

        CREATE TABLE policy_history (
            sequence INTEGER PRIMARY KEY,
            domain TEXT NOT NULL,
            policy_id TEXT NOT NULL,
            mode TEXT NOT NULL,
            text TEXT NOT NULL,
            fetched_at INTEGER NOT NULL,
            source_address TEXT,
            certificate_sha256 TEXT
        ) STRICT;
        CREATE INDEX policy_history_domain ON policy_history(domain);

        CREATE TABLE overrides (
            domain TEXT PRIMARY KEY,
            until INTEGER NOT NULL,
            reason TEXT NOT NULL,
            who TEXT NOT NULL,
            created INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
