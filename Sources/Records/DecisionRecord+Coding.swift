import Basics
import FoundationEssentials

// The JSON form: keys as docs/decisions.md names them, absent values as null so that every key is always there, times as RFC 3339 text.

extension DecisionRecord {
    enum CodingKeys: String, CodingKey {
        case id, at, connection, client, destination, source, sender, recipient, domain, policy, enforcement, action, would, reason
        case resultType = "result_type"
        case detail, reply, mx, tls, dns, sts, timing
    }

    /// Reads the JSON form. The digests of the evidence are not in it.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try values.decode(RecordID.self, forKey: .id),
            at: try values.decodeTime(forKey: .at),
            connection: try values.decode(RecordID.self, forKey: .connection),
            client: try values.decode(String.self, forKey: .client),
            destination: try values.decode(String.self, forKey: .destination),
            source: try values.decodeIfPresent(String.self, forKey: .source),
            sender: try values.decode(String.self, forKey: .sender),
            recipient: try values.decode(String.self, forKey: .recipient),
            domain: try values.decode(String.self, forKey: .domain),
            policy: try values.decode(String.self, forKey: .policy),
            enforcement: try values.decode(String.self, forKey: .enforcement),
            action: try values.decode(String.self, forKey: .action),
            would: try values.decodeIfPresent(String.self, forKey: .would),
            reason: try values.decode(String.self, forKey: .reason),
            resultType: try values.decodeIfPresent(String.self, forKey: .resultType),
            detail: try values.decodeIfPresent(String.self, forKey: .detail),
            reply: try values.decodeIfPresent(String.self, forKey: .reply),
            mx: try values.decodeIfPresent(String.self, forKey: .mx),
            tls: try values.decodeIfPresent(TLS.self, forKey: .tls),
            dns: try values.decode(DNS.self, forKey: .dns),
            sts: try values.decodeIfPresent(STS.self, forKey: .sts),
            timing: try values.decode(Timing.self, forKey: .timing))
    }

    /// Writes the JSON form, without the digests of the evidence.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id, forKey: .id)
        try values.encode(RFC3339.text(at), forKey: .at)
        try values.encode(connection, forKey: .connection)
        try values.encode(client, forKey: .client)
        try values.encode(destination, forKey: .destination)
        try values.encode(source, forKey: .source)
        try values.encode(sender, forKey: .sender)
        try values.encode(recipient, forKey: .recipient)
        try values.encode(domain, forKey: .domain)
        try values.encode(policy, forKey: .policy)
        try values.encode(enforcement, forKey: .enforcement)
        try values.encode(action, forKey: .action)
        try values.encode(would, forKey: .would)
        try values.encode(reason, forKey: .reason)
        try values.encode(resultType, forKey: .resultType)
        try values.encode(detail, forKey: .detail)
        try values.encode(reply, forKey: .reply)
        try values.encode(mx, forKey: .mx)
        try values.encode(tls, forKey: .tls)
        try values.encode(dns, forKey: .dns)
        try values.encode(sts, forKey: .sts)
        try values.encode(timing, forKey: .timing)
    }
}

extension DecisionRecord.TLS {
    enum CodingKeys: String, CodingKey {
        case level, version, cipher, sni
        case certificateSHA256 = "certificate_sha256"
        case resumed
    }

    /// Writes the leg with every key.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(level, forKey: .level)
        try values.encode(version, forKey: .version)
        try values.encode(cipher, forKey: .cipher)
        try values.encode(sni, forKey: .sni)
        try values.encode(certificateSHA256, forKey: .certificateSHA256)
        try values.encode(resumed, forKey: .resumed)
    }
}

extension DecisionRecord.DNS {
    enum CodingKeys: String, CodingKey {
        case mx, address, tlsa
    }

    /// Writes the look-ups with every key.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(mx, forKey: .mx)
        try values.encode(address, forKey: .address)
        try values.encode(tlsa, forKey: .tlsa)
    }
}

extension DecisionRecord.STS {
    enum CodingKeys: String, CodingKey {
        case id, mode, mx
        case maxAge = "max_age"
        case fetchedAt = "fetched_at"
    }

    /// Reads a policy as it was when the decision was made.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try values.decode(String.self, forKey: .id),
            mode: try values.decode(String.self, forKey: .mode),
            mx: try values.decode([String].self, forKey: .mx),
            maxAge: try values.decode(Int.self, forKey: .maxAge),
            fetchedAt: try values.decodeTime(forKey: .fetchedAt))
    }

    /// Writes the policy.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id, forKey: .id)
        try values.encode(mode, forKey: .mode)
        try values.encode(mx, forKey: .mx)
        try values.encode(maxAge, forKey: .maxAge)
        try values.encode(RFC3339.text(fetchedAt), forKey: .fetchedAt)
    }
}

extension DecisionRecord.Timing {
    enum CodingKeys: String, CodingKey {
        case dnsMilliseconds = "dns_ms"
        case stsMilliseconds = "sts_ms"
        case policyMilliseconds = "policy_ms"
        case tlsMilliseconds = "tls_ms"
    }

    /// Writes the durations with every key.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(dnsMilliseconds, forKey: .dnsMilliseconds)
        try values.encode(stsMilliseconds, forKey: .stsMilliseconds)
        try values.encode(policyMilliseconds, forKey: .policyMilliseconds)
        try values.encode(tlsMilliseconds, forKey: .tlsMilliseconds)
    }
}

extension KeyedDecodingContainer {
    fileprivate func decodeTime(forKey key: Key) throws -> Date {
        guard let time = RFC3339.date(try decode(String.self, forKey: key)) else {
            throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "not an RFC 3339 time")
        }
        return time
    }
}
