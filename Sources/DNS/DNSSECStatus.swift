/// What DNSSEC says of an answer (RFC 4035 4.3). A bogus answer is no answer: it is the failure ``DNSFailure/Kind/bogus``.
public enum DNSSECStatus: String, Hashable, Sendable, Codable {
    /// Every RRset of the answer, the whole CNAME chain and any denial of existence, was validated.
    case secure
    /// Not validated: unsigned, or from a resolver whose word on it is not believed.
    case insecure
}
