/// Whether OpenSSL can use this TLSA record: known numbers, a digest of the right length, a certificate or key that can be parsed.
package func isUsableTLSA(usage: UInt8, selector: UInt8, matchingType: UInt8, data: [UInt8]) -> Bool {
    guard let matcher = try? TLSAMatcher(),
        let usable = try? matcher.add(usage: usage, selector: selector, matchingType: matchingType, data: data)
    else { return false }
    return usable
}
