import Basics
import DANE
import DNS
import FoundationEssentials
import MTASTS
import Records

/// Rows 2 to 5 of the decision table as far as DANE goes (RFC 7672).
extension DecisionContext {
    /// Row 2: a host's TLSA records authenticate the leg.
    func daneAcceptance() -> Step? {
        let verified = evidence.hosts.filter { hostClass($0) == .dane && isDANEVerified($0) }
        guard let first = verified.first else { return nil }
        // RFC 7672 8.1: the client sends the TLSA base domain as SNI.
        guard let host = verified.first(where: { $0.tlsaBase == leg.serverName }) ?? verified.first(where: { isNamed($0.tlsaBase) })
        else {
            return untried(verified.compactMap(\.tlsaBase)).flatMap { redial($0, for: .dane) }
                ?? .verdict(
                    policyFailure(
                        .dane, .daneMismatch, "4.7.5", "DANE: \(first.host) could not be reached under its own name",
                        .validationFailure, host: first.host))
        }
        if evidence.mx.isSecure {
            return .verdict(
                .accepted(
                    .dane, .daneVerified, level: .daneVerified, host: host.host,
                    detail: "DANE: TLSA of \(host.host) matches the certificate"))
        }
        // Whoever forges an insecure MX record can name a host of his own with TLSA records of his own. That must not
        // pass for the MTA-STS policy that the domain's owner published, so the policy has to accept the leg as well;
        // nor for one that is not known yet, nor for DANE that the operator demands (RFC 7672 2.2.1, 6).
        if enforcedPolicy != nil || settings.require == .dane || pendingSTS() != nil { return nil }
        return .verdict(
            .accepted(
                .dane, .daneVerified, level: .daneInsecureMX, host: host.host,
                detail: "DANE: TLSA of \(host.host) matches the certificate; the MX record is not DNSSEC-secure"))
    }

    /// Row 3: a host that the leg may belong to has usable TLSA records, and none of them matches.
    func daneDemand() -> Step? {
        guard !isDANEProven, !isProvenOtherHost else { return nil }
        let demanding = candidates.filter { hostClass($0) == .dane }
        guard let first = demanding.first else { return nil }
        let next = untried(demanding.compactMap(\.tlsaBase)).flatMap { redial($0, for: .dane) }
        if let missing = missingTLS(.dane, "DANE: \(first.host) has TLSA records, so TLS is required") {
            if case .failed = leg.tls, let next { return next }
            return .verdict(missing)
        }
        if let next { return next }
        // RFC 7671 8.1: a cached record set may be older than the server's new key.
        // Either way: after the clock was set back nobody knows how old they are.
        if abs(now.timeIntervalSince(evidence.lookedUpAt)) > 10, let again = refresh(.tlsa) { return again }
        return .verdict(daneFailure(demanding.first { $0.tlsaBase == leg.serverName } ?? first))
    }

    /// Row 4: look-ups of a host that the leg may belong to failed. RFC 7672 2.1.2: nothing is delivered through it.
    func hostErrors() -> Step? {
        guard !isProvenOtherHost else { return nil }
        let failed = blamedHosts.compactMap { host -> (host: DomainName, failure: DNSFailure)? in
            if case .error(let failure) = hostClass(host) { (host.host, failure) } else { nil }
        }
        if let (host, failure) = failed.first(where: { $0.failure.kind == .bogus }) {
            return deferred(
                .dane, .dnssecBogus, "4.7.5", "DANE: look-up of \(host) failed: \(failure)", resultType: .dnssecInvalid, host: host)
        }
        // A look-up that fails is no finding about the leg, and nothing that may bounce mail.
        return failed.first.map { host, failure in
            deferred(
                .dane, .hostLookupFailed, "4.4.3", "look-up of \(host) failed: \(failure)", resultType: .dnssecInvalid, host: host)
        }
    }

    /// The hosts whose failed look-ups count against the leg: those that have its address; without any, all that it may be.
    ///
    /// RFC 7672 2.1.2: an error concerns the host that it is about, and the others may be used. So where another host was looked up well, a
    /// failed one counts only if the leg is shown to be it. A certificate shows that; or an insecure MX answer makes the question moot, as whoever
    /// wants to be another host can name one of his own.
    private var blamedHosts: [HostLookup] {
        guard isDestinationUnknown else { return candidates }
        let good = candidates.filter { if case .error = hostClass($0) { false } else { true } }
        guard !good.isEmpty else { return candidates }
        // Who shows a certificate for a good host is that host, whatever else the certificate names: one often serves all hosts of a domain.
        if good.contains(where: { isPKIXValid($0.host) }) { return [] }
        return evidence.mx.isSecure ? candidates : candidates.filter { isPKIXValid($0.host) }
    }

    /// Row 5, first line: DANE demanded by configuration (RFC 7672 6).
    func requiredDANE() -> Step? {
        // RFC 7672 2.2.1: what an insecure MX record leads to is not to be taken for secure delivery.
        guard settings.require == .dane, !(isDANEProven && evidence.mx.isSecure) else { return nil }
        let why = isDANEProven ? "whose MX record is not DNSSEC-secure" : "which has no usable TLSA record here"
        return .verdict(
            policyFailure(
                .dane, .daneRequired, "4.7.5", "DANE is required for \(evidence.domain), \(why)",
                .daneRequired))
    }

    /// The exception of rows 3 and 4: the destination is unknown, and MTA-STS proves that the leg is another host, one without TLSA records.
    var isProvenOtherHost: Bool {
        isDestinationUnknown && enforcedPolicy.map { !provenHosts(by: $0).isEmpty } ?? false
    }

    /// V_dane is not empty.
    var isDANEProven: Bool {
        evidence.hosts.contains { hostClass($0) == .dane && isDANEVerified($0) }
    }

    func isDANEVerified(_ host: HostLookup) -> Bool {
        guard mayAuthenticate, case .matched(let record, _)? = leg.authentication[host.host]?.dane,
            case .records(let records) = host.tlsa
        else { return false }
        // A finding about other records than these says nothing.
        return records.contains(record)
    }

    private func daneFailure(_ host: HostLookup) -> Verdict {
        let (what, resultType): (String, ResultType) =
            switch leg.authentication[host.host]?.dane {
            case .matched where !mayAuthenticate:
                ("\(host.host) speaks a TLS version older than 1.2, which proves nothing", .validationFailure)
            case .hostMismatch: ("the certificate matches a TLSA record of \(host.host) but does not name it", .certificateHostMismatch)
            case .expired: ("the certificate of \(host.host) has expired", .certificateExpired)
            case .failed(let why): ("the certificate chain of \(host.host) fails: \(why)", .certificateNotTrusted)
            default: ("no TLSA record of \(host.host) matches the certificate", .validationFailure)
            }
        return policyFailure(.dane, .daneMismatch, "4.7.5", "DANE: \(what)", resultType, host: host.host)
    }
}
