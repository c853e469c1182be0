extension Schema {
    /// The version that shares came with.
    static let sharesVersion = 5

    /// Version 5: what each client has in the journal, so that none pushes out the others' records (``Retention``). Kept by triggers, in the
    /// transaction of each change, so that it is exact whoever writes or deletes.
    ///
    /// `bulk` is in octets: transcripts, and the content of messages where that is kept. `entries` counts connections and decisions. `cleared` is the
    /// last connection whose bulk was deleted.
    static let shares = """
        CREATE TABLE shares (
            client TEXT PRIMARY KEY,
            bulk INTEGER NOT NULL DEFAULT 0,
            entries INTEGER NOT NULL DEFAULT 0,
            cleared TEXT NOT NULL DEFAULT ''
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX connections_client ON connections(client);
        CREATE INDEX decisions_client ON decisions(client);

        INSERT INTO shares (client, entries)
            SELECT client, count(*) FROM (SELECT client FROM connections UNION ALL SELECT client FROM decisions) GROUP BY client;
        UPDATE shares SET bulk = coalesce((
            SELECT sum(length(t.lines)) FROM connections AS c JOIN transcripts AS t ON t.connection = c.id WHERE c.client = shares.client), 0)
            + coalesce((
            SELECT sum(length(t.content)) FROM connections AS c JOIN transactions AS t ON t.connection = c.id WHERE c.client = shares.client), 0);

        CREATE TRIGGER share_of_connection AFTER INSERT ON connections BEGIN
            INSERT OR IGNORE INTO shares (client) VALUES (NEW.client);
            UPDATE shares SET entries = entries + 1 WHERE client = NEW.client;
        END;
        CREATE TRIGGER share_of_connection_gone AFTER DELETE ON connections BEGIN
            UPDATE shares SET entries = entries - 1 WHERE client = OLD.client;
        END;
        CREATE TRIGGER share_of_decision AFTER INSERT ON decisions BEGIN
            INSERT OR IGNORE INTO shares (client) VALUES (NEW.client);
            UPDATE shares SET entries = entries + 1 WHERE client = NEW.client;
        END;
        CREATE TRIGGER share_of_decision_gone AFTER DELETE ON decisions BEGIN
            UPDATE shares SET entries = entries - 1 WHERE client = OLD.client;
        END;
        CREATE TRIGGER share_of_transcript AFTER INSERT ON transcripts BEGIN
            UPDATE shares SET bulk = bulk + length(NEW.lines)
                WHERE client = (SELECT client FROM connections WHERE id = NEW.connection);
        END;
        CREATE TRIGGER share_of_transcript_gone AFTER DELETE ON transcripts BEGIN
            UPDATE shares SET bulk = bulk - length(OLD.lines)
                WHERE client = (SELECT client FROM connections WHERE id = OLD.connection);
        END;
        CREATE TRIGGER share_of_content AFTER INSERT ON transactions WHEN NEW.content IS NOT NULL BEGIN
            UPDATE shares SET bulk = bulk + length(NEW.content)
                WHERE client = (SELECT client FROM connections WHERE id = NEW.connection);
        END;
        CREATE TRIGGER share_of_content_cleared AFTER UPDATE OF content ON transactions
            WHEN OLD.content IS NOT NULL AND NEW.content IS NULL BEGIN
            UPDATE shares SET bulk = bulk - length(OLD.content)
                WHERE client = (SELECT client FROM connections WHERE id = OLD.connection);
        END;
        CREATE TRIGGER share_of_content_gone AFTER DELETE ON transactions WHEN OLD.content IS NOT NULL BEGIN
            UPDATE shares SET bulk = bulk - length(OLD.content)
                WHERE client = (SELECT client FROM connections WHERE id = OLD.connection);
        END;
        """
}
