/// What DNSSEC says of a look-up (RFC 4035 4.3), one that failed included.
public enum LookUpStatus: String, Codable, Hashable, Sendable, CaseIterable {
    /// Every RRset of the answer was validated.
    case secure
    /// Not validated: unsigned, or from a resolver whose word on it is not believed.
    case insecure
    /// The answer failed validation.
    case bogus
    /// There was no answer.
    case error
}
