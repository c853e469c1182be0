import Foundation
import NIOCore
import Testing

@testable import Basics

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("203.0.113.5", "203.0.113.5"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::", "::"), ("::1", "::1"), ("::ffff:203.0.113.5", "::ffff:203.0.113.5"),
        ("fe80::1:2:3:4", "fe80::1:2:3:4"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
    ])
    func `text is read and written in its canonical form`(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(bytes: address.bytes) == address)
        #expect(IPAddress(canonical) == address)
        #expect(address.bytes.count == (address.isIPv6 ? 16 : 4))
        #expect(address.isIPv6 == text.contains(":"))
    }

    @Test(arguments: [
        "", " ", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4/32", "0x7f.0.0.1", "127.1", "2130706433",
        "[::1]", "::1%lo", "fe80::1%eth0", ":::", "1::2::3", "12345::", "::1/128", "1.2.3.4\0", "::1\0", "1.2.3.4:25", "example.com",
        "1:2:3:4:5:6:7:8:9", "::ffff:1.2.3", "١.2.3.4", String(repeating: "1", count: 100),
    ])
    func `text that is no address is refused`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `only 4 and 16 bytes make an address`() {
        for count in 0...32 where count != 4 && count != 16 { #expect(IPAddress(bytes: [UInt8](repeating: 1, count: count)) == nil) }
        #expect(IPAddress(bytes: [127, 0, 0, 1])?.description == "127.0.0.1")
    }

    @Test(arguments: ["203.0.113.5", "2001:db8::5", "::ffff:192.0.2.1"])
    func `a socket address keeps address and port`(text: String) throws {
        let address = try #require(IPAddress(text))
        let socketAddress = address.socketAddress(port: 25)
        #expect(socketAddress.port == 25)
        #expect(IPAddress(socketAddress) == address)
        #expect(socketAddress == (try SocketAddress(ipAddress: text, port: 25)))
    }

    @Test func `a Unix domain socket has no address`() throws {
        #expect(IPAddress(try SocketAddress(unixDomainSocketPath: "/run/x")) == nil)
    }

    @Test(arguments: [
        "127.0.0.1", "127.255.255.255", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1", "100.64.0.1",
        "100.127.255.255", "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.0.0.1", "198.18.0.1",
        "::", "::1", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1",
        "::203.0.113.5", "2002:7f00:1::", "2002:0a01:0203::1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "100::1", "2001::1", "2001:2::1",
        "2001:10::1", "2001:20::1", "4000::1", "8000::1",
    ])
    func `an address that is not for the public Internet is not routable`(text: String) throws {
        #expect(try !#require(IPAddress(text)).isGloballyRoutable)
    }

    @Test(arguments: [
        "203.0.113.5", "198.51.100.1", "192.0.2.1", "8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1",
        "192.0.1.1", "198.17.255.255", "198.20.0.0", "223.255.255.255", "126.1.1.1", "128.0.0.1", "2001:db8::1", "2a00:1450::1", "2606::1",
        "::ffff:8.8.8.8", "2002:0808:0808::", "64:ff9b::8.8.8.8", "3fff::1", "2001:4860::1",
    ])
    func `an address of the public Internet is routable`(text: String) throws {
        #expect(try #require(IPAddress(text)).isGloballyRoutable)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("::ffff:127.0.0.1", true), ("128.0.0.1", false), ("::2", false),
    ])
    func `loopback is recognised`(text: String, isLoopback: Bool) throws {
        #expect(try #require(IPAddress(text)).isLoopback == isLoopback)
    }

    @Test func `it is coded as its text`() throws {
        let addresses = ["203.0.113.5", "2001:db8::1"].compactMap(IPAddress.init)
        let data = try JSONEncoder().encode(addresses)
        #expect(String(decoding: data, as: UTF8.self) == #"["203.0.113.5","2001:db8::1"]"#)
        #expect(try JSONDecoder().decode([IPAddress].self, from: data) == addresses)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([IPAddress].self, from: Data(#"["localhost"]"#.utf8)) }
    }
}
