import Basics

/// What a policy host answers, checked as it arrives. Pure: fed by the HTTP client line by line and chunk by chunk.
struct PolicyResponse {
    /// A real policy host sends a dozen or two fields; some content networks send forty.
    static let mostHeaderFields = 64
    static let longestHeader = 16_384

    /// What to do about another media type than text/plain.
    let contentType: ContentTypeRule

    private(set) var body: [UInt8] = []
    /// Why the response is no good; whoever feeds it stops then.
    private(set) var failure: STSFailure?
    /// What is unusual about it, for the policy's lint.
    private(set) var lint: [String] = []

    /// The response itself says where its body ends; otherwise it ends with the connection (RFC 9112 6.3).
    private(set) var isDelimited = false

    private var status: Int?
    private var headerFields = 0
    private var headerOctets = 0
    private var inBody = false
    private var mediaTypes: [String] = []

    init(contentType: ContentTypeRule) {
        self.contentType = contentType
    }

    /// A status line, a header or trailer field, or the blank line after them, with its line end; false to stop.
    mutating func header(_ line: some Collection<UInt8>) -> Bool {
        headerFields += 1
        headerOctets += line.count
        guard headerFields <= Self.mostHeaderFields, headerOctets <= Self.longestHeader else {
            return fail("too many HTTP header fields")
        }
        let text = String(decoding: line.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        if inBody { return true }  // trailer fields change nothing
        if text.isEmpty { return headersComplete() }
        if text.hasPrefix("HTTP/") {
            status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            mediaTypes = []
            isDelimited = false
            return true
        }
        guard let colon = text.firstIndex(of: ":") else { return true }
        let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }.lowercased()
        switch text[..<colon].lowercased() {
        case "content-type":
            // Parameters are ignored (RFC 8461 3.3).
            mediaTypes.append(String(value.prefix { $0 != ";" && $0 != " " && $0 != "\t" }))
        case "content-encoding" where value != "identity":
            // None was asked for.
            return fail("the policy has the content encoding \"\(value)\"")
        case "transfer-encoding" where value != "chunked":
            return fail("the policy has the transfer encoding \"\(value)\"")
        case "content-length", "transfer-encoding":
            isDelimited = true
        default:
            break
        }
        return true
    }

    /// A piece of the body; false to stop.
    mutating func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // RFC 8461 3.3: too long is an error; a policy cut short could be another policy.
        guard body.count + bytes.count <= STSPolicy.longestText else {
            return fail("the policy is longer than \(STSPolicy.longestText) octets")
        }
        body.append(contentsOf: bytes)
        return true
    }

    private mutating func headersComplete() -> Bool {
        guard let status else { return fail("no HTTP status") }
        if (100..<200).contains(status) {
            self.status = nil
            return true
        }
        inBody = true
        // RFC 8461 3.3: "HTTP 3xx redirects MUST NOT be followed"; only 200 is a success.
        guard status == 200 else {
            return fail((300..<400).contains(status) ? "HTTP \(status): redirects are not allowed" : "HTTP \(status)")
        }
        guard mediaTypes != ["text/plain"] else { return true }
        let shown = mediaTypes.isEmpty ? "no content type" : "content type \"\(mediaTypes.joined(separator: ", "))\""
        switch contentType {
        case .require:
            return fail("\(shown) instead of text/plain")
        case .warn:
            lint.append(printable("\(shown) instead of text/plain".utf8, limit: 200, escapingBackslash: true))
            return true
        }
    }

    private mutating func fail(_ detail: String) -> Bool {
        failure = failure ?? STSFailure(.fetchError, detail)
        return false
    }
}
