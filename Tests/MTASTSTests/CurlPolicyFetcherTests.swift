import DNS
import DNSTesting
import Glibc
import TestSupport
import Testing

@testable import MTASTS

/// Fetches over real HTTPS from a hostile host on loopback; one at a time, as some measure time.
@Suite(.serialized) struct CurlPolicyFetcherTests {
    let server: PolicyServer

    init() throws {
        server = try PolicyServer.shared.get()
    }

    @Test(arguments: ["good", "charset", "long", "longchunked", "untilclose", "identity", "continue", "trailer", "wildcard"])
    func `a policy is fetched`(scenario: String) async throws {
        let fetched = try await server.fetch(scenario).get()
        #expect(fetched.policy.mode == .enforce)
        #expect(fetched.policy.mx == ["mx1.example.test", "*.example.test"])
        #expect(fetched.policy.maxAge == 86400)
        #expect(fetched.sourceAddress == ip("127.0.0.1"))
        #expect(fetched.policy.text.hasPrefix("version: STSv1\r\nmode: enforce\r\n"))
    }

    @Test func `the digest is that of the host's certificate`() async throws {
        let digest = try await server.fetch("good").get().certificateSHA256
        #expect(digest?.count == 64)
        #expect(digest == server.defaultDigest)
    }

    @Test func `the request asks for the policy and for nothing else`() async throws {
        let text = try await server.fetch("echo").get().policy.text
        let lines = text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("request-") }
        #expect(lines.contains("request-line: GET /.well-known/mta-sts.txt HTTP/1.1"))
        #expect(lines.contains("request-host: mta-sts.echo.test:\(server.port)"))
        let names = Set(lines.map { String($0.prefix { $0 != ":" }) })
        #expect(names == ["request-line", "request-host", "request-user-agent", "request-accept"])
    }

    @Test(arguments: [
        ("notfound", "HTTP 404"), ("nocontent", "HTTP 204"), ("partial", "HTTP 206"),
        ("notmodified", "HTTP 304: redirects are not allowed"),
        ("moved", "HTTP 301: redirects are not allowed"), ("html", "content type \"text/html\" instead of text/plain"),
        ("notype", "no content type instead of text/plain"), ("toolong", "the policy is longer than 65536 octets"),
        ("toolongchunked", "the policy is longer than 65536 octets"), ("gzip", "the policy has the content encoding \"gzip\""),
        ("transfergzip", "the policy has the transfer encoding \"gzip, chunked\""), ("manyheaders", "too many HTTP header fields"),
        ("bigheader", "too many HTTP header fields"),
    ])
    func `a bad response is a fetch error that names the cause`(scenario: String, detail: String) async {
        #expect(await server.fetch(scenario) == .failure(.failed(STSFailure(.fetchError, detail))))
    }

    @Test(arguments: ["endless", "lengthtoolong", "cutoff", "nothttp"])
    func `a response that is cut short is a fetch error`(scenario: String) async throws {
        let failure = try #require(await server.fetch(scenario).failure?.ofHost)
        #expect(failure.resultType == .fetchError)
        #expect(!failure.detail.isEmpty)
    }

    @Test(arguments: ["garbage", "lengthtooshort"])
    func `a body that is no policy is an invalid policy`(scenario: String) async throws {
        let failure = try #require(await server.fetch(scenario).failure?.ofHost)
        #expect(failure.resultType == .policyInvalid)
    }

    @Test(arguments: [
        ("expired", "certificate expired"), ("notyet", "certificate not yet valid"),
        ("wrongname", "certificate does not name mta-sts.wrongname.test"), ("cnonly", "certificate does not name mta-sts.cnonly.test"),
        ("iponly", "certificate does not name mta-sts.iponly.test"),
        ("partialwildcard", "certificate does not name mta-sts.partialwildcard.test"), ("selfsigned", "certificate is self-signed"),
        ("otherroot", "certificate not trusted: unable to get local issuer certificate"),
    ])
    func `a bad certificate is a web PKI failure that names the cause`(scenario: String, detail: String) async {
        #expect(await server.fetch(scenario) == .failure(.failed(STSFailure(.webPKIInvalid, detail))))
    }

    @Test func `the system's roots do not count beside an own file`() async {
        #expect(await server.fetch("good") { $0.caFile = nil }.failure?.ofHost?.resultType == .webPKIInvalid)
    }

    @Test func `an unreadable file of roots is named`() async {
        let failure = await server.fetch("good") { $0.caFile = "/nowhere/ca.pem" }.failure
        #expect(failure == .notMade("the trusted roots in /nowhere/ca.pem cannot be read"))
    }

    @Test func `TLS 1.1 is not spoken`() async throws {
        let failure = try #require(await server.fetch("good", port: server.oldPort).failure?.ofHost)
        #expect(failure.resultType == .fetchError)
        #expect(failure.detail.hasPrefix("TLS handshake failed: "))
    }

    @Test(arguments: ["html", "notype"])
    func `another media type can be allowed, with a note`(scenario: String) async throws {
        let policy = try await server.fetch(scenario) { $0.contentType = .warn }.get().policy
        #expect(policy.mode == .enforce)
        #expect(policy.lint.count == 1 && policy.lint.allSatisfy { $0.hasSuffix("instead of text/plain") })
    }

    @Test func `a fetch follows the settings that hold when it begins`() async throws {
        let fetcher = server.fetcher()
        #expect(await fetcher.result(domain: "html.test").failure?.ofHost?.detail == "content type \"text/html\" instead of text/plain")
        var settings = PolicyFetchSettings()
        settings.caFile = server.caFile
        settings.contentType = .warn
        fetcher.reconfigure(settings)
        #expect(try await fetcher.result(domain: "html.test").get().policy.lint == ["content type \"text/html\" instead of text/plain"])
        await fetcher.shutdown()
    }

    @Test(arguments: ["drip", "dripheader", "silent"])
    func `a slow host ends at the total deadline`(scenario: String) async {
        let clock = ContinuousClock()
        let started = clock.now
        let failure = await server.fetch(scenario) { $0.totalTimeout = .seconds(2) }.failure
        #expect(failure == .failed(STSFailure(.fetchError, "timed out after 2 s")))
        #expect(clock.now - started < .seconds(10))
    }

    @Test func `a host that never shakes hands ends at the connect deadline`() async {
        let failure = await server.fetch("good", port: server.mutePort) { $0.connectTimeout = .milliseconds(500) }.failure
        #expect(failure == .failed(STSFailure(.fetchError, "127.0.0.1: no TLS connection after 0.5 s")))
    }

    @Test func `a host on our own network is not talked to`() async {
        let fetcher = CurlPolicyFetcher(settings: PolicyFetchSettings(), resolver: ScriptedResolver.loopback, port: server.port)
        let failure = await fetcher.result(domain: "good.test").failure
        await fetcher.shutdown()
        #expect(failure == .failed(STSFailure(.fetchError, "127.0.0.1, the address of mta-sts.good.test, is not on the public Internet")))
    }

    @Test func `sockets carry the mark, or the failure says what that takes`() async {
        let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(probe) }
        var mark: UInt32 = 0x57
        let mayMark = setsockopt(probe, SOL_SOCKET, SO_MARK, &mark, socklen_t(MemoryLayout<UInt32>.size)) == 0
        let failure = await server.fetch("good") { $0.mark = 0x57 }.failure
        #expect(failure == (mayMark ? nil : .notMade("SO_MARK cannot be set; it needs CAP_NET_ADMIN")))
    }

    @Test func `nobody there`() async {
        // Port 1 of loopback: nothing listens there.
        #expect(
            await server.fetch("good", port: 1).failure
                == .failed(STSFailure(.fetchError, "could not connect to 127.0.0.1: connection refused")))
    }

    @Test func `a host that sends without end is cut off`() async {
        let clock = ContinuousClock()
        let started = clock.now
        let failure = await server.fetch("endlesschunk").failure
        #expect(failure == .failed(STSFailure(.fetchError, "the policy host sends more than 1048576 octets")))
        #expect(clock.now - started < .seconds(10))
    }

    @Test func `a cancelled fetch ends early`() async {
        let fetcher = server.fetcher()
        let fetch = Task { await fetcher.result(domain: "drip.test") }
        fetch.cancel()
        #expect(await fetch.value.failure == .notMade("the fetch was abandoned"))
        await fetcher.shutdown()
    }

    @Test func `shutting down ends what runs`() async {
        let fetcher = server.fetcher()
        let fetch = Task { await fetcher.result(domain: "drip.test") }
        await fetcher.shutdown()
        #expect(await fetch.value.failure == .notMade("the fetch was abandoned"))
    }
}

extension FetchError {
    /// What is the policy host's fault.
    var ofHost: STSFailure? {
        if case .failed(let failure) = self { failure } else { nil }
    }
}

extension Result {
    /// The error, if it is one.
    var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
