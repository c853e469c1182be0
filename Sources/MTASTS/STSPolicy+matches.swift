import Basics

extension STSPolicy {
    /// Does a pattern of the policy allow this MX host (RFC 8461 4.1)?
    ///
    /// - Parameter host: the name in the MX record (not the target of a CNAME); for a domain without MX records the domain itself.
    ///   What does not fit ``DomainName/Grammar/mail``, an address say, matches nothing.
    ///
    /// A leg is good only if one and the same host matches a pattern here and is named by the certificate (4.2).
    public func matches(host: DomainName) -> Bool {
        host.fits(.mail) && mx.contains { MXPattern.pattern($0, matches: host) }
    }
}
