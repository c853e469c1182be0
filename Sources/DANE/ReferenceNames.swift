import Basics

/// The names that a certificate under a usage 2 record may have (RFC 7672 3.2.2): one of them is enough. The TLSA base domain is first.
///
/// - Parameters:
///   - tlsaBase: where the TLSA records were found, without `_25._tcp`.
///   - mxHost: the host as the MX record names it, or the next-hop domain if it has no MX records.
///   - nextHopDomain: the domain whose MX records were asked for.
///   - mxSecure: whether that answer was secure. If not, the domain did not vouch for the host, and a certificate for the domain says nothing
///     about it.
///   - expandedDomain: the next-hop domain after CNAMEs, if it has any.
public func referenceNames(
    tlsaBase: DomainName, mxHost: DomainName, nextHopDomain: DomainName, mxSecure: Bool, expandedDomain: DomainName?
) -> [DomainName] {
    var names = [tlsaBase]
    // Without MX records the base domain is the secure expansion already, if there is one; `expandedDomain` may be an insecure one.
    let more = mxSecure && mxHost != nextHopDomain ? [nextHopDomain, expandedDomain ?? nextHopDomain] : [mxHost]
    for name in more where !names.contains(name) { names.append(name) }
    return names
}
