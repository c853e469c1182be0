import Foundation
import Testing

@testable import Basics

@Suite struct IPNetworkTests {
    @Test(arguments: [
        ("203.0.113.0/24", "203.0.113.255", true), ("203.0.113.0/24", "203.0.114.0", false), ("203.0.113.5/32", "203.0.113.5", true),
        ("203.0.113.5", "203.0.113.5", true), ("203.0.113.5", "203.0.113.4", false), ("0.0.0.0/0", "8.8.8.8", true),
        ("0.0.0.0/0", "::1", false), ("::/0", "2001:db8::1", true), ("::/0", "1.2.3.4", false), ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::", false), ("2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff", true),
        ("2001:db8::/64", "2001:db8:0:1::", false), ("2001:db8::8/125", "2001:db8::f", true), ("2001:db8::8/125", "2001:db8::10", false),
        ("::ffff:0:0/96", "::ffff:1.2.3.4", true), ("128.0.0.0/1", "127.0.0.1", false), ("128.0.0.0/1", "200.0.0.1", true),
        ("2001:db8::1", "2001:db8::1", true), ("2001:db8::/65", "2001:db8::8000:0:0:0", false),
    ])
    func `an address is in the block or not`(cidr: String, address: String, isInside: Bool) throws {
        let network = try #require(IPNetwork(cidr))
        #expect(network.contains(try #require(IPAddress(address))) == isInside)
        #expect(IPNetwork(network.description) == network)
    }

    @Test(arguments: [
        "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0.1/8", "203.0.113.5/31", "::1/64",
        "::/129", "::/ 8", "10.0.0.0/0x8", "10.0.0.0/00000000000000000000008", "example.com/8", "10.0.0/8", "10.0.0.0/٨", "128.0.0.0/0",
    ])
    func `text that is no block is refused`(cidr: String) {
        #expect(IPNetwork(cidr) == nil)
    }

    @Test func `it is coded as its text`() throws {
        let network = try #require(IPNetwork("203.0.113.5"))
        let data = try JSONEncoder().encode([network])
        #expect(try JSONDecoder().decode([String].self, from: data) == ["203.0.113.5/32"])
        #expect(try JSONDecoder().decode([IPNetwork].self, from: data) == [network])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([IPNetwork].self, from: Data(#"["10.0.0.1/8"]"#.utf8)) }
    }
}
