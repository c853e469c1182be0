import Basics
import FoundationEssentials
import MTASTS
import Records

/// What came of fetching a domain's MTA-STS policy now.
package struct PolicyOutcome: View, Codable, Hashable {
    /// The outcome in a word.
    package enum Result: String, Codable, Hashable, Sendable {
        /// It was fetched, and is what is cached now.
        case fetched
        /// It could not be fetched; what was cached stays.
        case kept
        /// There is none.
        case none
        /// It did not end in time, and goes on.
        case pending
    }

    package var domain: DomainName
    package var result: Result
    /// The id of the TXT record.
    @Nullable package var id: String?
    @Nullable package var mode: STSMode?
    /// The patterns of its mx fields.
    @Nullable package var mx: [String]?
    @Nullable package var fetchedAt: Date?
    @Nullable package var expires: Date?
    /// Why there is no (new) one.
    @Nullable package var failure: String?

    /// An outcome, with the policy that is cached now.
    package init(_ result: Result, of domain: DomainName, _ cached: CachedPolicy? = nil, failure: String? = nil) {
        self.domain = domain
        self.result = result
        id = cached?.id
        mode = cached?.policy.mode
        mx = cached?.policy.mx
        fetchedAt = cached?.fetchedAt
        expires = cached?.expires
        self.failure = failure
    }

    /// A sentence or two.
    package func text(_ style: Style) -> String {
        let why = failure.map { ": \($0)" } ?? ""
        var text =
            switch result {
            case .fetched: "\(domain): fetched"
            case .kept: "\(domain): could not be fetched\(why)"
            case .none: "\(domain): no policy\(why)"
            case .pending: "\(domain): still being fetched; look again later with weft policies show"
            }
        if let id, let mode, let expires {
            let moment = Human.relative(expires, to: style.now)
            let end = expires <= style.now ? "has expired, \(moment)" : "expires \(moment)"
            let life = result == .kept ? "; the cached one \(end)" : ", \(end)"
            text += "\(life): mode \(mode.rawValue), id \(id), mx \((mx ?? []).joined(separator: " "))"
        }
        return text.printable + "\n"
    }
}
