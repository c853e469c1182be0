/// A row of the decision table. The first that applies decides.
public enum DecisionRow: String, Codable, Hashable, Sendable, CaseIterable {
    /// The recipient has no domain: no policy can apply.
    case noDomain = "no-domain"
    /// The operator exempted the domain.
    case override
    /// The destination is listed as a route.
    case route
    /// The MX answer decides by itself: null MX, no such domain, a failed look-up.
    case mx
    /// A TLSA record authenticates the leg.
    case daneMatch = "dane-match"
    /// A host that the leg may belong to has usable TLSA records, and none matches.
    case daneDemand = "dane-demand"
    /// The look-ups of a host that the leg may belong to failed.
    case hostErrors = "host-errors"
    /// DANE is required by configuration.
    case daneRequired = "dane-required"
    /// An MTA-STS policy is enforced, or not known yet.
    case sts
    /// No policy is enforced: unusable TLSA records, MTA-STS testing, or nothing at all.
    case opportunistic

    /// The rows for a recipient with a domain, in order.
    static let table: [DecisionRow] = [.override, .route, .mx, .daneMatch, .daneDemand, .hostErrors, .daneRequired, .sts, .opportunistic]
}
