import Basics

/// What a leg is wanted for.
struct LegClaim {
    /// The recipient's domain; nil for a recipient without one.
    var domain: DomainName?
    /// The client that asks; nil when there is none.
    var client: IPAddress?
    /// Why no policy may hold this mail back; nil for mail like any other.
    var exemption: String?
}
