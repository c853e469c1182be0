import Basics
import DANE
import FoundationEssentials
import MTASTS

/// What one row of the decision table had to say.
public struct TraceStep: Hashable, Sendable {
    /// The row.
    public var row: DecisionRow
    /// What it answered; nil: it did not apply.
    public var step: Step?
    /// Why it did not apply, or what it answered, in a few words; printable ASCII as far as the evidence is.
    public var explanation: String
}

/// The way through the decision table to the row that answers: the rows as `decide` asks them, up to that one.
///
/// The parameters are those of ``decide(_:leg:settings:attempts:now:)``. Enforcement comes after the table, so the step of the last row is
/// what enforcement had done even where it is only reported.
public func decisionTrace(
    _ evidence: DomainEvidence?, leg: LegEvidence, settings: DecisionSettings, attempts: Attempts = Attempts(), now: Date
) -> [TraceStep] {
    guard let evidence else {
        let step = decide(nil, leg: leg, settings: settings, attempts: attempts, now: now)
        return [TraceStep(row: .noDomain, step: step, explanation: step.explanation)]
    }
    let context = DecisionContext(evidence: evidence, leg: leg, settings: settings, attempts: attempts, now: now)
    var trace: [TraceStep] = []
    for row in DecisionRow.table where row != .route || evidence.route != nil {
        let step = context.step(of: row)
        trace.append(TraceStep(row: row, step: step, explanation: step?.explanation ?? context.absence(of: row)))
        if step != nil { break }
    }
    return trace
}

extension Step {
    /// What it says, in a few words.
    fileprivate var explanation: String {
        switch self {
        case .verdict(let verdict): verdict.detail
        case .redial(let serverName): "dial again with \(serverName) as SNI"
        case .renew: "dial again with a full handshake"
        case .refresh(.tlsa): "look the TLSA records up again"
        case .refresh(.stsID): "ask again whether the MTA-STS policy has changed"
        }
    }
}

extension DecisionContext {
    /// Why a row that said nothing did not apply.
    fileprivate func absence(of row: DecisionRow) -> String {
        switch row {
        case .noDomain: "the recipient has a domain"
        case .override: settings.override.map { "the override ended at \(RFC3339.text($0.until))" } ?? "there is no override"
        case .route: "the destination is not listed as a route"
        case .mx: evidence.hosts.isEmpty ? "the MX answer is good" : "the MX answer names hosts"
        case .daneMatch: absenceOfDANEMatch
        case .daneDemand: provenElsewhere ?? "no host that the leg may belong to has usable TLSA records"
        case .hostErrors: provenElsewhere ?? absenceOfHostErrors
        case .daneRequired: settings.require == .dane ? "a TLSA record matches, as is required" : "it is not required by configuration"
        case .sts: absenceOfSTS
        case .opportunistic: "a row before it applies"
        }
    }

    private var absenceOfDANEMatch: String {
        if !evidence.mx.isSecure && settings.insecureMX == .off {
            return "the MX record is insecure, and insecure-mx = \"off\" makes TLSA records count for nothing then"
        }
        let hosts = evidence.hosts.filter { hostClass($0) == .dane }
        if hosts.isEmpty { return "no MX host has usable TLSA records" }
        if let verified = hosts.first(where: isDANEVerified) {
            return "TLSA of \(verified.host) matches, but the MX record is insecure: the MTA-STS policy has to accept the leg as well"
        }
        guard leg.tls.isEstablished else { return "the leg has no TLS" }
        return "no TLSA record of \(names(hosts)) matches the certificate"
    }

    private var provenElsewhere: String? {
        if isDANEProven { return "a TLSA record matches the certificate" }
        guard isProvenOtherHost else { return nil }
        return "the destination is no known host's, and MTA-STS proves a host without TLSA records"
    }

    private var absenceOfHostErrors: String {
        let failed = candidates.filter { if case .error = hostClass($0) { true } else { false } }
        return failed.isEmpty
            ? "no look-up of a host that the leg may belong to failed"
            : "look-ups of \(names(failed)) failed, but others did not, and nothing shows the leg to be that host"
    }

    private var absenceOfSTS: String {
        switch evidence.sts {
        case .none: "no MTA-STS policy applies"
        case .pending: "the policy is not known yet, and on-pending = \"proceed\""
        case .policy(let cached, _): "the policy has mode \(cached.policy.mode.rawValue)"
        }
    }

    private func names(_ hosts: [HostLookup]) -> String {
        hosts.prefix(3).map(\.host.text).joined(separator: ", ") + (hosts.count > 3 ? ", ..." : "")
    }
}
