extension Schema {
    // What docs/journal.md promises to people who bring their own SQL: compact columns decoded, times readable.
    static let views = """
        CREATE VIEW communications AS
            SELECT
                t.connection AS connection,
                json_extract(line.value, '$[0]') AS offset_us,
                json_extract(line.value, '$[1]') AS direction,
                json_extract(line.value, '$[2]') AS data,
                t.sequence AS sequence,
                line.key AS line
            FROM transcripts AS t, json_each(t.lines) AS line;

        CREATE VIEW outcomes AS
            SELECT
                c.day AS day,
                c.policy_domain AS policy_domain,
                c.policy_type AS policy_type,
                nullif(c.result_type, '') AS result_type,
                c.count AS count,
                p.strings AS policy_string,
                p.mx AS policy_mx,
                nullif(c.mx_host, '') AS mx_host,
                nullif(c.sending_address, '') AS sending_address,
                nullif(c.receiving_address, '') AS receiving_address,
                nullif(c.reason, '') AS reason
            FROM outcome_counts AS c JOIN outcome_policies AS p ON p.id = c.policy;

        CREATE VIEW connections_view AS
            SELECT
                id,
                strftime('%Y-%m-%dT%H:%M:%fZ', opened_at / 1e6, 'unixepoch') AS opened,
                strftime('%Y-%m-%dT%H:%M:%fZ', closed_at / 1e6, 'unixepoch') AS closed,
                (closed_at - opened_at) / 1e6 AS seconds,
                client, client_port, destination, destination_port, source, helo, reason, messages, bytes_from_client,
                bytes_from_upstream
            FROM connections;

        CREATE VIEW transactions_view AS
            SELECT
                connection,
                number,
                strftime('%Y-%m-%dT%H:%M:%fZ', started_at / 1e6, 'unixepoch') AS started,
                (ended_at - started_at) / 1e6 AS seconds,
                sender, recipients_accepted, recipients_refused, bytes, outcome, reply
            FROM transactions;

        CREATE VIEW decisions_view AS
            SELECT
                id,
                strftime('%Y-%m-%dT%H:%M:%fZ', at / 1e6, 'unixepoch') AS time,
                connection, client, destination, source, sender, recipient, domain, policy, mode, action, would, reason, result_type,
                detail, reply, mx, tls_level, tls_version, tls_cipher, tls_sni, certificate_sha256, tls_resumed, dns_mx, dns_address,
                dns_tlsa, sts_id, sts_mode, sts_mx, sts_max_age,
                strftime('%Y-%m-%dT%H:%M:%fZ', sts_fetched_at / 1e6, 'unixepoch') AS sts_fetched,
                dns_ms, policy_ms, tls_ms, lower(hex(evidence)) AS evidence, lower(hex(leg)) AS leg
            FROM decisions;

        CREATE VIEW policies_view AS
            SELECT
                domain, policy_id, mode, mx, max_age,
                strftime('%Y-%m-%dT%H:%M:%fZ', fetched_at / 1e6, 'unixepoch') AS fetched,
                strftime('%Y-%m-%dT%H:%M:%fZ', expires / 1e6, 'unixepoch') AS expires,
                strftime('%Y-%m-%dT%H:%M:%fZ', last_checked / 1e6, 'unixepoch') AS checked,
                strftime('%Y-%m-%dT%H:%M:%fZ', last_used / 1e6, 'unixepoch') AS used,
                source_address, certificate_sha256, last_error, text
            FROM policies;
        """
}
