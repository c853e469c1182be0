package import Basics
package import DNS
package import DNSTesting

/// The TXT records of MTA-STS (RFC 8461 3.1), by policy domain.
extension ScriptedResolver {
    /// The records as they stand at `_mta-sts`; none at all without a text.
    package func set(sts domain: DomainName, _ records: String..., ttl: Int = 300) { set(txt: "_mta-sts.\(domain)", records, ttl: ttl) }

    /// One good record with this id, or none.
    package func set(id: String?, of domain: DomainName, ttl: Int = 300) {
        set(txt: "_mta-sts.\(domain)", id.map { ["v=STSv1; id=\($0);"] } ?? [], ttl: ttl)
    }

    /// The look-up of the records fails.
    package func fail(sts domain: DomainName, _ kind: DNSFailure.Kind = .serverFailure) { fail(txt: "_mta-sts.\(domain)", kind) }
}
