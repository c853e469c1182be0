extension Schema {
    /// Version 2: an override stays when it is removed or replaced, with who did so: the trail that an audit follows.
    static let overrideTrail = """
        ALTER TABLE overrides RENAME TO overrides_v1;
        CREATE TABLE overrides (
            sequence INTEGER PRIMARY KEY,
            domain TEXT NOT NULL,
            until INTEGER NOT NULL,
            reason TEXT NOT NULL,
            who TEXT NOT NULL,
            created INTEGER NOT NULL,
            removed_at INTEGER,
            removed_by TEXT
        ) STRICT;
        CREATE INDEX overrides_domain ON overrides(domain);
        INSERT INTO overrides (domain, until, reason, who, created)
            SELECT domain, until, reason, who, created FROM overrides_v1 ORDER BY created, domain;
        DROP TABLE overrides_v1;

        CREATE VIEW overrides_view AS
            SELECT
                domain,
                strftime('%Y-%m-%dT%H:%M:%fZ', created / 1e6, 'unixepoch') AS created,
                strftime('%Y-%m-%dT%H:%M:%fZ', until / 1e6, 'unixepoch') AS until,
                reason, who,
                strftime('%Y-%m-%dT%H:%M:%fZ', removed_at / 1e6, 'unixepoch') AS removed,
                removed_by
            FROM overrides;
        """

    /// Version 4: what each lets pass. Those of before let anything pass.
    static let overrideKinds = """
        DROP VIEW overrides_view;
        CREATE VIEW overrides_view AS
            SELECT
                domain,
                ifnull(kind, 'any') AS kind,
                strftime('%Y-%m-%dT%H:%M:%fZ', created / 1e6, 'unixepoch') AS created,
                strftime('%Y-%m-%dT%H:%M:%fZ', until / 1e6, 'unixepoch') AS until,
                reason, who,
                strftime('%Y-%m-%dT%H:%M:%fZ', removed_at / 1e6, 'unixepoch') AS removed,
                removed_by
            FROM overrides;
        """
}
