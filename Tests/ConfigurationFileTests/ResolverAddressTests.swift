import Basics
import TestSupport
import Testing

@testable import ConfigurationFile

@Suite struct ResolverAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1", 53), ("127.0.0.1:5353", "127.0.0.1", 5353), ("::1", "::1", 53),
        ("[2001:db8::1]:65535", "2001:db8::1", 65_535),
    ])
    func `a resolver's address may have a port`(text: String, address: String, port: Int) throws {
        #expect(try ResolverAddress.read(.string(text)).endpoint == Endpoint(address: ip(address), port: port))
    }

    @Test(arguments: [
        "", "localhost", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:053", "127.0.0.1:65536", "127.0.0.1:+53", "[127.0.0.1]", "[::1", "::1]",
        "[::1]:",
        "[::1]53", "127.0.0.1:53:53", "[[::1]]", "fe80::1%eth0", "127.0.0.1: 53", "resolver.example:53", ":53", "[]:53",
    ])
    func `what is no resolver's address is refused`(text: String) {
        #expect(throws: ValueComplaint.self) { try ResolverAddress.read(.string(text)) }
    }
}
