import Basics
import FoundationEssentials
import Journal
import Logging
import MTASTS
import Policy
import Records
import Reports

/// Does what the control socket is asked for.
package final class DaemonControl: Sendable {
    /// The longest time that an override may hold from its making.
    package static let longestOverride: TimeInterval = 90 * 86_400
    /// Octets of an override's reason.
    package static let longestReason = 500

    /// Reads the configuration again: what could not be taken over, or why nothing was.
    package typealias Reload = @Sendable () async -> Result<[String], ControlFailure>
    /// Says how the daemon is.
    package typealias Status = @Sendable () -> DaemonStatus
    /// Says what was learned of servers, or of one.
    package typealias Learned = @Sendable (IPAddress?) -> [LearnedFact]

    private let journal: Journal
    private let sts: STSService
    private let policy: PolicyService
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let reload: Reload
    private let status: Status
    private let learned: Learned
    private let overrides = SerialWork()

    /// The parts of a daemon that requests are about.
    package init(
        journal: Journal, sts: STSService, policy: PolicyService, logger: Logger, now: @escaping @Sendable () -> Date = { Date() },
        reload: @escaping Reload, status: @escaping Status, learned: @escaping Learned
    ) {
        self.journal = journal
        self.sts = sts
        self.policy = policy
        self.logger = logger
        self.now = now
        self.reload = reload
        self.status = status
        self.learned = learned
    }

    /// Does what a request asks for; `who` asked is recorded.
    package func handle(_ request: ControlRequest, who: String) async -> ControlReply {
        do {
            switch request {
            case .addOverride(let domain, let kind, let until, let reason):
                return try await add(domain: try name(domain), kind: kind, until: until, reason: reason, who: who)
            case .removeOverride(let domain): return try await remove(domain: try name(domain), who: who)
            case .refreshPolicy(let domain): return await refresh(try name(domain), who: who)
            case .forgetPolicy(let domain): return try await forget(try name(domain), who: who)
            case .reload:
                logger.notice("control: reload, by \(who)")
                return .reload(ReloadOutcome(warnings: try await reload().get()))
            case .status: return .status(status())
            case .learned(let address):
                guard let text = address else { return .learned(LearnedList(learned(nil))) }
                guard let address = IPAddress(text) else { return .failed("\"\(text.printable)\" is not an IP address") }
                return .learned(LearnedList(learned(address)))
            }
        } catch {
            return .failed("\(error)")
        }
    }

    private func name(_ text: String) throws -> DomainName {
        do { return try DomainName(text, as: .mail) } catch { throw ControlFailure("\"\(text)\" is not a domain name: \(error)") }
    }

    // MARK: Overrides

    private func add(domain: DomainName, kind: OverrideKind, until: Date, reason: String, who: String) async throws -> ControlReply {
        let now = now()
        guard until > now else { return .failed("the override would end before it begins, at \(RFC3339.text(until))") }
        guard until.timeIntervalSince(now) <= Self.longestOverride else {
            return .failed("an override ends after 90 days at the latest; it can be made again then")
        }
        guard reason.utf8.count <= Self.longestReason, reason.contains(where: { !$0.isWhitespace }),
            reason.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { return .failed("an override needs a reason, in one line of at most \(Self.longestReason) octets") }
        let row = OverrideRow(domain: domain, kind: kind, until: until, reason: reason, who: who, created: now)
        try await overrides.run { [self] in
            try await journal.addOverride(row)
            policy.setOverrides(try await journal.overrides(at: self.now()))
        }
        logger.notice("control: override of \(domain)\(kind.restriction) until \(RFC3339.text(until)), by \(who): \(reason)")
        return .override(OverrideView(row, now: now))
    }

    private func remove(domain: DomainName, who: String) async throws -> ControlReply {
        let found = try await overrides.run { [self] in
            let found = try await journal.removeOverride(domain: domain, by: who, at: now())
            policy.setOverrides(try await journal.overrides(at: self.now()))
            return found
        }
        if found { logger.notice("control: override of \(domain) removed, by \(who)") }
        return .overrideRemoval(OverrideRemoval(domain: domain, found: found))
    }

    // MARK: Policies

    private func refresh(_ domain: DomainName, who: String) async -> ControlReply {
        logger.notice("control: policy of \(domain) to be fetched, by \(who)")
        let outcome: PolicyOutcome
        if let (cached, failure) = await sts.refresh(domain: domain) {
            outcome = PolicyOutcome(failure == nil ? .fetched : .kept, of: domain, cached, failure: failure?.description)
        } else {
            // Nothing is cached: what does DNS say now?
            switch await sts.status(domain: domain, deadline: .now + .seconds(90), forceIDCheck: true) {
            case .policy(let cached, let note):
                outcome = PolicyOutcome(note == nil ? .fetched : .kept, of: domain, cached, failure: note?.description)
            case .none(.modeNone(let cached)): outcome = PolicyOutcome(.fetched, of: domain, cached)
            case .none(let reason): outcome = PolicyOutcome(.none, of: domain, failure: reason.description)
            case .pending: outcome = PolicyOutcome(.pending, of: domain)
            }
        }
        policy.forget(domain)
        return .policy(outcome)
    }

    private func forget(_ domain: DomainName, who: String) async throws -> ControlReply {
        let found = try await journal.forgetPolicy(domain: domain)
        sts.forget(domain: domain)
        policy.forget(domain)
        if found { logger.notice("control: policy of \(domain) forgotten, by \(who)") }
        return .policyRemoval(PolicyRemoval(domain: domain, found: found))
    }
}
