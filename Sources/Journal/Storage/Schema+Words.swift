extension Schema {
    /// Version 3: `mode` is MTA-STS's word alone, and `dns_ms` the look-ups in the DNS alone. Rows of before have `sts_ms` NULL, and in
    /// `dns_ms` the longer of both.
    static let words = """
        DROP VIEW decisions_view;
        ALTER TABLE decisions RENAME COLUMN mode TO enforcement;
        ALTER TABLE decisions ADD COLUMN sts_ms REAL;

        CREATE VIEW decisions_view AS
            SELECT
                id,
                strftime('%Y-%m-%dT%H:%M:%fZ', at / 1e6, 'unixepoch') AS time,
                connection, client, destination, source, sender, recipient, domain, policy, enforcement, action, would, reason, result_type,
                detail, reply, mx, tls_level, tls_version, tls_cipher, tls_sni, certificate_sha256, tls_resumed, dns_mx, dns_address,
                dns_tlsa, sts_id, sts_mode, sts_mx, sts_max_age,
                strftime('%Y-%m-%dT%H:%M:%fZ', sts_fetched_at / 1e6, 'unixepoch') AS sts_fetched,
                dns_ms, sts_ms, policy_ms, tls_ms, lower(hex(evidence)) AS evidence, lower(hex(leg)) AS leg
            FROM decisions;
        """
}
