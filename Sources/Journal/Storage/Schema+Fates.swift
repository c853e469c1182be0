extension Schema {
    /// Version 4: what became of each recipient that the policy let pass, and the server's own words on the message. A decision says which
    /// transaction it is of.
    static let fates = """
        CREATE TABLE fates (
            decision TEXT PRIMARY KEY,
            fate TEXT NOT NULL,
            rcpt_reply TEXT
        ) STRICT, WITHOUT ROWID;

        DROP VIEW transactions_view;
        CREATE VIEW transactions_view AS
            SELECT
                connection,
                number,
                strftime('%Y-%m-%dT%H:%M:%fZ', started_at / 1e6, 'unixepoch') AS started,
                (ended_at - started_at) / 1e6 AS seconds,
                sender, recipients_accepted, recipients_refused, bytes, outcome, reply, server_reply
            FROM transactions;
        """
}
