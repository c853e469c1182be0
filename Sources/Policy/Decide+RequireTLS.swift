import DANE
import MTASTS
import Records

/// Row 6 of the decision table: what the sender asks for with REQUIRETLS (RFC 8689 4.2.1), on top of the policies of the recipient's domain.
extension DecisionContext {
    /// What becomes of `step` when the message may only be relayed over TLS to an authenticated server that promises the same.
    ///
    /// A leg that a policy refuses stays refused with its own answer, and an override or MTA-STS in testing mode gives no leave:
    /// the demand is the sender's.
    func requiringTLS(_ step: Step) -> Step {
        guard case .verdict(let verdict) = step, verdict.action == .accept else { return step }
        guard isAuthenticatedForRequireTLS(verdict) else {
            // With an insecure MX record no other name helps: it has to be MTA-STS that names the host.
            if evidence.mx.isSecure, !isRefusedTLS, let next = untried(candidates.map { $0.tlsaBase ?? $0.host }),
                let again = redial(next, for: verdict.policy)
            {
                return again
            }
            let what = leg.tls.isEstablished ? "no MX host that DNSSEC or MTA-STS vouches for is authenticated" : "the leg has no TLS"
            return .verdict(.requireTLSUnmet(what, leg: leg, level: verdict.level))
        }
        guard leg.offersRequireTLS == true else {
            return .verdict(
                Verdict(
                    action: .refuse, policy: .none, reason: .requireTLSNotOffered, host: verdict.host, level: verdict.level,
                    detail: "REQUIRETLS: \(leg.destination) does not offer it", code: 550, enhancedCode: "5.7.30"))
        }
        return step
    }

    /// RFC 8689 4.2.1: the MX record is DNSSEC-secure or MTA-STS names the host, and the certificate is verified by DANE or PKIX.
    private func isAuthenticatedForRequireTLS(_ verdict: Verdict) -> Bool {
        guard leg.tls.isEstablished else { return false }
        switch verdict.level {
        case .daneVerified: return true
        case .stsVerified where verdict.stsMode == .enforce: return true
        default: return evidence.mx.isSecure && evidence.hosts.contains { isPKIXValid($0.host) }
        }
    }

    /// The server has no TLS under any name.
    private var isRefusedTLS: Bool {
        switch leg.tls {
        case .notOffered, .refused: true
        case .failed, .established: false
        }
    }
}

extension Verdict {
    /// The refusal of a message that must not leave by this leg (RFC 8689 4.2.1: 5.7.10).
    static func requireTLSUnmet(_ what: String, leg: LegEvidence, level: SecurityLevel? = nil) -> Verdict {
        Verdict(
            action: .refuse, policy: .none, reason: .requireTLSUnmet,
            level: level ?? (leg.tls.isEstablished ? .unauthenticated : .plaintext), detail: "REQUIRETLS: \(what)", code: 550,
            enhancedCode: "5.7.10")
    }
}
