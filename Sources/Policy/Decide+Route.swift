import Basics
import DANE
import FoundationEssentials
import TLS

/// A destination that is no MX host of its recipients: a smarthost, or an internal relay. Its policy is the operator's, and known at connect.
public struct RoutePolicy: Codable, Hashable, Sendable {
    /// What the server has to show.
    public enum Demand: String, Codable, Hashable, Sendable, CaseIterable {
        /// TLS, and a certificate that is valid for the host or matches its TLSA records; AUTH is offered.
        case verify
        /// Nothing: TLS if it can be had. For internal relays. AUTH is not offered.
        case none
    }

    /// `[[route]]` `host`: the name that the server's certificate must carry.
    public var host: DomainName
    /// `[[route]]` `policy`: what the server has to show. Default `verify`.
    public var demand: Demand

    /// A route to `host`.
    public init(host: DomainName, demand: Demand = .verify) {
        self.host = host
        self.demand = demand
    }
}

/// The row of the decision table for destinations that are listed as routes.
extension DecisionContext {
    /// The verdict for a route: the recipients' domains have no say, as their mail goes on from there.
    func routeStep() -> Step? {
        guard let route = evidence.route else { return nil }
        guard route.demand == .verify, let host = evidence.hosts.first else {
            return .verdict(
                .accepted(
                    .route, .routeUnverified, level: opportunisticLevel, host: route.host,
                    detail: "the destination is the route to \(route.host), of which nothing is demanded"))
        }
        if case .error(let failure) = hostClass(host) {
            let bogus = failure.kind == .bogus
            return deferred(
                .route, bogus ? .dnssecBogus : .hostLookupFailed, bogus ? "4.7.5" : "4.4.3",
                "route: look-up of \(host.host) failed: \(failure)", resultType: .dnssecInvalid, host: host.host)
        }
        // RFC 7672 2.3: a host that is reached without MX records is its own TLSA base domain, and DANE applies to it all the same.
        let isDANE = hostClass(host) == .dane
        let name = isDANE ? host.tlsaBase ?? host.host : host.host
        let next = untried([name]).flatMap { redial($0, for: .route) }
        if let missing = missingTLS(.route, "route: \(host.host) has to be authenticated") {
            if case .failed = leg.tls, let next { return next }
            return .verdict(missing)
        }
        if isDANE ? isDANEVerified(host) : isPKIXValid(host.host), leg.serverName == name {
            return .verdict(
                .accepted(
                    .route, .routeVerified, level: .routeVerified, host: host.host,
                    detail: isDANE
                        ? "route: TLSA of \(host.host) matches the certificate" : "route: the certificate is valid for \(host.host)"))
        }
        if let next { return next }
        guard isDANE else { return .verdict(certificateFailure(host.host, .route, "route")) }
        return .verdict(
            policyFailure(
                .route, .daneMismatch, "4.7.5", "route: no TLSA record of \(host.host) matches the certificate", .validationFailure,
                host: host.host))
    }
}
