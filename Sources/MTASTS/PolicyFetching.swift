import Basics

/// Why a fetch has no policy to give.
public enum FetchError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The policy host failed, or the way to it: what is remembered of the domain, and reported.
    case failed(STSFailure)
    /// A shortage or a mistake of our own, or nobody wants the policy any more. It says nothing of the policy host, so it is not held against it;
    /// the text is for operators.
    case notMade(String)

    /// One line.
    public var description: String {
        switch self {
        case .failed(let failure): failure.description
        case .notMade(let cause): cause
        }
    }
}

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
    /// The fetch has its own deadlines; if the calling task is cancelled, it ends early with a failure.
    func fetch(domain: DomainName) async throws(FetchError) -> FetchedPolicy
}
