import Basics
import Records
import TLS
import TestSupport

@testable import Policy
@testable import Relay

/// The policy as a test wants it.
///
/// Confined to the one task that a test's session runs in, as all scripted parts are; that makes `@unchecked Sendable` sound.
final class ScriptedGate: PolicyGate, @unchecked Sendable {
    /// What to say about a leg.
    var answer: (JudgeRequest) -> Judgement.Answer = { _ in .verdict(.accepting()) }
    /// Answers at once, as with everything in the cache.
    var knowsAll = false
    /// What happens while look-ups are made.
    var whileJudging: () -> Void = {}
    /// Look-ups that take until the session gives up.
    var isStuck = false
    /// The name to send as SNI at first.
    var firstServerName: DomainName?
    private(set) var requests: [JudgeRequest] = []
    private(set) var authenticated: [String] = []
    /// Domains accepted, with the number of the connection they were accepted on.
    private(set) var accepted: Set<String> = []
    /// The number of the connection in use.
    var connection: () -> Int = { 0 }

    func knownJudgement(_ request: JudgeRequest) -> Judgement? { knowsAll ? judgement(request) : nil }

    nonisolated(nonsending) func judge(_ request: JudgeRequest, budget: Duration) async -> Judgement {
        let made = judgement(request)
        whileJudging()
        if isStuck { _ = await Flight<Void>().value(until: nil, clock: SystemSteadyClock()) }
        return made
    }

    func serverName(at address: IPAddress) -> DomainName? { firstServerName }

    func noteAuthenticated(_ serverName: DomainName, at address: IPAddress) { authenticated.append("\(serverName) \(address)") }

    private func judgement(_ request: JudgeRequest) -> Judgement {
        requests.append(request)
        let answer = answer(request)
        if case .verdict(let verdict) = answer, verdict.action == .accept {
            accepted.insert("\(request.domain?.text ?? "")#\(connection())")
        }
        return Judgement(answer: answer, leg: request.leg)
    }
}

extension Verdict {
    static func accepting(
        _ policy: PolicyKind = .none, stsMode: STSMode? = nil, level: SecurityLevel = .plaintext, would: Action? = nil
    ) -> Verdict {
        Verdict(
            action: .accept, would: would, policy: policy, stsMode: stsMode, reason: .noPolicy, resultType: nil, host: nil, level: level,
            detail: "no policy", code: 250, enhancedCode: "2.0.0")
    }

    static func deferring(_ code: Int = 451, _ enhancedCode: String = "4.7.5") -> Verdict {
        Verdict(
            action: .defer, would: nil, policy: .dane, stsMode: nil, reason: .daneMismatch, resultType: .validationFailure, host: nil,
            level: .unauthenticated, detail: "DANE: no match", code: code, enhancedCode: enhancedCode)
    }
}

extension TLSInfo {
    static let modern = TLSInfo(version: .tls13, cipher: "TLS_AES_256_GCM_SHA384", resumed: false)
}
