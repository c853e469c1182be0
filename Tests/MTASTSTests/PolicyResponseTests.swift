import Basics
import Testing

@testable import MTASTS

@Suite struct PolicyResponseTests {
    /// Feeds the lines of a header; false if one was refused.
    private func feed(_ response: inout PolicyResponse, _ lines: [String]) -> Bool {
        for line in lines + [""] {
            guard response.header(Array((line + "\r\n").utf8)) else { return false }
        }
        return true
    }

    private func append(_ response: inout PolicyResponse, count: Int) -> Bool {
        [UInt8](repeating: 0x61, count: count).withUnsafeBytes { response.append($0) }
    }

    @Test(arguments: ["text/plain", "Text/PLAIN", "text/plain;charset=utf-8", " text/plain ; x=y", "text/plain\t"])
    func `text plain with any parameter is taken`(type: String) {
        var response = PolicyResponse(contentType: .require)
        #expect(feed(&response, ["HTTP/1.1 200 OK", "content-TYPE:\(type)"]))
    }

    @Test(arguments: ["text/plainx", "text/html", "", "application/octet-stream; text/plain", "text/ plain"])
    func `another type is refused`(type: String) {
        var response = PolicyResponse(contentType: .require)
        #expect(!feed(&response, ["HTTP/1.1 200 OK", "Content-Type: \(type)"]))
        #expect(response.failure?.resultType == .fetchError)
    }

    @Test func `two types are refused`() {
        var response = PolicyResponse(contentType: .require)
        #expect(!feed(&response, ["HTTP/1.1 200", "Content-Type: text/plain", "Content-Type: text/html"]))
    }

    @Test(arguments: ["HTTP/1.1", "HTTP/1.1 abc", "HTTP/1.1 2000", "HTTP/1.1 -200", "HTTP/1.1 201 OK", "HTTP/1.1 500 \u{1}"])
    func `any status but 200 is refused, in printable words`(status: String) {
        var response = PolicyResponse(contentType: .require)
        #expect(!feed(&response, [status, "Content-Type: text/plain"]))
        #expect(response.failure?.detail.utf8.allSatisfy { (0x20...0x7e).contains($0) } == true)
    }

    @Test func `the body may have 65536 octets in any pieces`() {
        for piece in [1, 2, 3, 5, 1000] {
            var response = PolicyResponse(contentType: .require)
            #expect(feed(&response, ["HTTP/1.1 200 OK", "Content-Type: text/plain"]))
            var left = 65_536
            while left > 0 {
                #expect(append(&response, count: min(piece, left)))
                left -= min(piece, left)
            }
            #expect(response.body.count == 65_536)
            #expect(!append(&response, count: 1))
            #expect(response.failure?.detail == "the policy is longer than 65536 octets")
        }
    }

    @Test func `a response says where it ends, or not`() {
        for (field, isDelimited) in [("Content-Length: 5", true), ("transfer-encoding: chunked", true), ("Connection: close", false)] {
            var response = PolicyResponse(contentType: .require)
            #expect(feed(&response, ["HTTP/1.1 200 OK", "Content-Type: text/plain", field]))
            #expect(response.isDelimited == isDelimited)
        }
    }
}
