import Basics
import Records

// What the rows of the decision table say of a leg that fails them.

extension Verdict {
    /// The refusal for a leg without TLS, or nil when it has TLS. RFC 8460 4.3.1.
    ///
    /// - Parameter demand: who asks for TLS, in words.
    static func missingTLS(
        on leg: LegEvidence, _ policy: PolicyKind, _ demand: String, onFailure: DecisionSettings.OnFailure, stsMode: STSMode? = nil
    ) -> Verdict? {
        let (reason, enhanced, what, resultType): (Reason, String, String, ResultType)
        switch leg.tls {
        case .established: return nil
        case .notOffered:
            (reason, enhanced, resultType) = (.startTLSNotOffered, "4.7.4", .startTLSNotSupported)
            what = "\(leg.destination) does not offer STARTTLS"
        case .refused(let code, let text):
            (reason, enhanced, resultType) = (.startTLSRefused, "4.7.4", .startTLSNotSupported)
            what = "\(leg.destination) answered STARTTLS with \(code) \(text)"
        case .failed(let failure):
            (reason, enhanced, resultType) = (.handshakeFailed, "4.7.5", .validationFailure)
            what = "handshake with \(leg.destination) failed: \(failure.detail)"
        }
        return .failed(
            policy, reason, enhanced, "\(demand); \(what)", resultType, level: .plaintext, onFailure: onFailure, stsMode: stsMode)
    }

    /// A leg that fails what is demanded of it: 451, or 550 where the operator chose so (RFC 8461 5, RFC 7672 2.1.2: transient by default).
    static func failed(
        _ policy: PolicyKind, _ reason: Reason, _ enhanced: String, _ detail: String, _ resultType: ResultType?, level: SecurityLevel,
        onFailure: DecisionSettings.OnFailure, host: DomainName? = nil, stsMode: STSMode? = nil
    ) -> Verdict {
        let refuse = onFailure == .refuse
        return Verdict(
            action: refuse ? .refuse : .defer, policy: policy, stsMode: stsMode, reason: reason, resultType: resultType, host: host,
            level: level, detail: detail, code: refuse ? 550 : 451, enhancedCode: refuse ? "5" + enhanced.dropFirst() : enhanced)
    }
}
