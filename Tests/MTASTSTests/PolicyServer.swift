import Basics
import DNS
import DNSTesting
import Foundation
import TestSupport

@testable import MTASTS

/// The scripted policy host, started once for all tests.
final class PolicyServer: Sendable {
    struct CannotStart: Error {}

    /// Serves every scenario.
    let port: Int
    /// Speaks nothing newer than TLS 1.1.
    let oldPort: Int
    /// Accepts connections and says nothing.
    let mutePort: Int
    /// The root of the good certificates.
    let caFile: String
    /// SHA-256 of the default certificate as openssl sees it, lower-case hexadecimal.
    let defaultDigest: String

    static let shared = Result { try PolicyServer() }

    private init() throws {
        // A proxy that does not exist: every fetch proves that the environment is not asked.
        for name in ["http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"] { setenv(name, "http://127.0.0.1:1", 1) }
        let directory = FileManager.default.temporaryDirectory.appending(path: "mtasts-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let script = directory.appending(path: "server.py")
        try policyServerScript.write(to: script, atomically: true, encoding: .utf8)
        let output = Pipe()
        // Its standard input ends when this process does, however it ends.
        let (server, input) = (Process(), Pipe())
        server.executableURL = URL(filePath: "/usr/bin/env")
        server.arguments = ["python3", "-W", "ignore", script.path, directory.path]
        server.standardInput = input
        server.standardOutput = output
        try server.run()
        var line = Data()
        while !line.contains(UInt8(ascii: "\n")) {
            let piece = output.fileHandleForReading.availableData
            guard !piece.isEmpty else { throw CannotStart() }
            line += piece
        }
        let ports = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard ports.count == 3 else { throw CannotStart() }
        (port, oldPort, mutePort) = (ports[0], ports[1], ports[2])
        caFile = directory.appending(path: "ca.pem").path
        defaultDigest = try Self.digest(directory.appending(path: "default.pem").path)
        keptInput = input
    }

    private let keptInput: Pipe

    private static func digest(_ certificate: String) throws -> String {
        let (openssl, output) = (Process(), Pipe())
        openssl.executableURL = URL(filePath: "/usr/bin/env")
        openssl.arguments = ["openssl", "x509", "-in", certificate, "-noout", "-fingerprint", "-sha256"]
        openssl.standardOutput = output
        try openssl.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return (text.split(separator: "=").last ?? "").filter(\.isHexDigit).lowercased()
    }

    /// A fetcher whose policy hosts are all on this machine.
    func fetcher(
        port: Int? = nil, resolver: ScriptedResolver = .loopback, _ change: (inout PolicyFetchSettings) -> Void = { _ in }
    ) -> CurlPolicyFetcher {
        var settings = PolicyFetchSettings()
        settings.caFile = caFile
        change(&settings)
        return CurlPolicyFetcher(settings: settings, resolver: resolver, port: port ?? self.port, permits: { _ in true })
    }

    /// The first addresses of eight networks that the hosts listen in.
    static let networks = (0..<8).map { IPAddress(ipv4: 0x7f00_0001 + $0 << 8) }

    /// What comes of fetching the policy of `<scenario>.test`.
    func fetch(
        _ scenario: String, port: Int? = nil, _ change: (inout PolicyFetchSettings) -> Void = { _ in }
    ) async -> Result<FetchedPolicy, FetchError> {
        let fetcher = fetcher(port: port, change)
        let result = await fetcher.result(domain: "\(scenario).test")
        await fetcher.shutdown()
        return result
    }
}

extension PolicyFetching {
    func result(domain: DomainName) async -> Result<FetchedPolicy, FetchError> {
        do throws(FetchError) {
            return .success(try await fetch(domain: domain))
        } catch {
            return .failure(error)
        }
    }
}

extension ScriptedResolver {
    /// Every name is 127.0.0.1.
    static var loopback: ScriptedResolver {
        ScriptedResolver(a: [.root: .records([IPAddress(ipv4: 0x7f00_0001)], .insecure)], unscripted: .noData(.insecure))
    }
}
