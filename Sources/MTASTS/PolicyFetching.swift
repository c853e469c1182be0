import Basics

/// A failed fetch is reported as it is.
public typealias FetchError = STSFailure

/// A policy that has just come from its policy host.
public struct FetchedPolicy: Codable, Hashable, Sendable {
    /// The policy with its text.
    public let policy: STSPolicy
    /// The address it came from.
    public let sourceAddress: IPAddress?
    /// SHA-256 of the policy host's certificate, lower-case hexadecimal.
    public let certificateSHA256: String?

    /// A fetched policy.
    public init(policy: STSPolicy, sourceAddress: IPAddress? = nil, certificateSHA256: String? = nil) {
        self.policy = policy
        self.sourceAddress = sourceAddress
        self.certificateSHA256 = certificateSHA256
    }
}

/// Fetches policies (RFC 8461 3.3); the seam between the policy service and HTTPS.
public protocol PolicyFetching: Sendable {
    /// Fetches the policy of `domain` from its policy host, now and without any cache.
    ///
    /// The fetch has its own deadline; if the calling task is cancelled, it ends early with a failure.
    func fetch(domain: DomainName) async throws(FetchError) -> FetchedPolicy
}
