import Records

/// Row 0 of the decision table: the operator's exemption of the domain.
extension DecisionContext {
    /// What an override in force says; nil without one.
    ///
    /// A leg that it does not let pass is refused, even where no policy would: the operator has said what mail for the domain needs.
    func overrideStep() -> Step? {
        guard let override = settings.override, override.isInForce(at: now) else { return nil }
        return shortfall(of: override.kind.least, demand: override.demand) ?? .verdict(.overridden(override, level: opportunisticLevel))
    }

    /// What is to be done about a leg with less protection than `least`; nil when it has as much.
    ///
    /// - Parameter demand: who asks for that, in words.
    func shortfall(of least: SecurityLevel, demand: String) -> Step? {
        guard opportunisticLevel < least, daneLevel < least else { return nil }
        let next = untried(candidates.map { $0.tlsaBase ?? $0.host }).flatMap { redial($0, for: .override) }
        // Without TLS it is too little whatever the look-ups say, so that one which failed is no excuse.
        if let missing = Verdict.missingTLS(on: leg, .override, demand, onFailure: settings.onFailure) {
            if case .failed = leg.tls, let next { return next }
            return .verdict(missing)
        }
        if let next { return next }
        guard let host = candidates.first(where: { $0.host == leg.serverName }) ?? candidates.first else {
            return .verdict(
                policyFailure(
                    .override, .certificateHostMismatch, "4.7.5", "\(demand); no MX host of \(evidence.domain) is known", .validationFailure
                ))
        }
        return .verdict(certificateFailure(host.host, .override, demand))
    }

    /// What TLSA records prove of the leg.
    private var daneLevel: SecurityLevel {
        guard isDANEProven else { return .plaintext }
        return evidence.mx.isSecure ? .daneVerified : .daneInsecureMX
    }
}

extension DecisionSettings.Override {
    /// What it asks of a leg, and who asks. Without the reason, which is for the operator: this goes into replies.
    var demand: String { "override\(kind.restriction)" }
}
