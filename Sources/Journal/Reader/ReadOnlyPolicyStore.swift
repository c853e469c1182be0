import Basics
import FoundationEssentials
import MTASTS

/// The policy cache as it is on disk, for one who may look but not write.
public struct ReadOnlyPolicyStore: PolicyStore {
    private let reader: JournalReader?

    /// The cache that `reader` reads; an empty one for nil.
    public init(reader: JournalReader?) {
        self.reader = reader
    }

    /// What the journal had when it was read.
    public func policy(domain: DomainName) async throws -> CachedPolicy? {
        try await reader?.policy(domain).flatMap(CachedPolicy.init)
    }

    /// None: who only looks refreshes nothing.
    public func policiesDue(at now: Date, after: DomainName?, limit: Int) async throws -> [CachedPolicy] { [] }

    /// Does nothing: that is for the daemon.
    public func moveTimes(by seconds: Double) async throws {}

    /// Does nothing: what is learnt is the asker's alone.
    public func save(_ policy: CachedPolicy) async throws {}

    /// Does nothing.
    public func noteChecked(domain: DomainName, at time: Date, error: String?) async throws {}

    /// Does nothing.
    public func noteUsed(domain: DomainName, at time: Date) async throws {}
}
