import Basics

/// Everything that asks DNS goes through this seam; tests use a scripted one.
///
/// A name that does not fit ``DomainName/Grammar/question`` is a failure, ``DNSFailure/Kind/malformed``. CNAMEs are followed (at most 8) except by ``cname(_:refresh:)``.
/// `refresh` asks anew whatever is cached. Every function throws ``DNSFailure`` when it cannot be known what the answer is.
public protocol Resolver: Sendable {
    /// Mail exchangers, by preference and then by name, each host once, at most the 20 most preferred.
    /// A null MX beside others is dropped (RFC 7505 3).
    func mx(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<MXRecord>
    /// Addresses of one family.
    func addresses(_ name: DomainName, family: AddressFamily, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<IPAddress>
    /// TLSA records at exactly the name given, such as `_25._tcp.mx.example.net`. More than 64, or than 16,384
    /// octets, are a failure, ``DNSFailure/Kind/tooMany``.
    func tlsa(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<TLSARecord>
    /// TXT records: one element for each RR, its strings concatenated with nothing between (RFC 8461 3.1).
    func txt(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<[UInt8]>
    /// The target of the CNAME at that very name, which is not followed: tells whether the alias itself is secure (RFC 7672 2.2.2).
    func cname(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<DomainName>
}
