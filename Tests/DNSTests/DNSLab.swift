import Foundation
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import DNS

/// A DNS of its own on loopback: nsd serves a signed root and zones below it, unbound resolves and validates from that root.
/// Both run as children of the test, on ports and in a directory of their own.
final class DNSLab: Sendable {
    /// What went wrong in building the laboratory.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    @TaskLocal static var current: DNSLab?

    /// Where unbound answers.
    let resolverAddress: SocketAddress
    /// Where nsd answers, without recursion.
    let serverAddress: SocketAddress

    private let directory: URL
    private let processes: [ChildProcess]

    /// Signs the zones, starts the servers and waits until unbound calls the root secure; on other ports if another process was quicker to
    /// take one.
    static func start() async throws -> DNSLab {
        for _ in 0..<4 {
            if let lab = try? await attempt() { return lab }
        }
        return try await attempt()
    }

    private static func attempt() async throws -> DNSLab {
        let directory = FileManager.default.temporaryDirectory.appending(path: "weft-dns-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        do {
            let anchor = try LabZones(directory: directory).write()
            let group = MultiThreadedEventLoopGroup.singleton
            let ports = [try await freePort(group), try await freePort(group)]
            let nsd = try spawn("nsd", ["-d", "-c", "nsd.conf"], in: directory) { LabServers.nsd(port: ports[0], directory: directory) }
            let unbound: ChildProcess
            do {
                unbound = try spawn("unbound", ["-d", "-p", "-c", "unbound.conf"], in: directory) {
                    LabServers.unbound(port: ports[1], serverPort: ports[0], anchor: anchor, directory: directory)
                }
            } catch {
                nsd.terminate()
                _ = nsd.waitUntilExit()
                throw error
            }
            let lab = DNSLab(
                resolverAddress: try SocketAddress(ipAddress: "127.0.0.1", port: ports[1]),
                serverAddress: try SocketAddress(ipAddress: "127.0.0.1", port: ports[0]), directory: directory, processes: [nsd, unbound])
            do {
                try await lab.waitUntilReady()
            } catch {
                lab.stop()
                throw error
            }
            return lab
        } catch {
            try? FileManager.default.removeItem(at: directory)
            throw error
        }
    }

    private init(resolverAddress: SocketAddress, serverAddress: SocketAddress, directory: URL, processes: [ChildProcess]) {
        self.resolverAddress = resolverAddress
        self.serverAddress = serverAddress
        self.directory = directory
        self.processes = processes
    }

    /// Ends the servers and removes their files.
    func stop() {
        for process in processes { process.terminate() }
        for process in processes { _ = process.waitUntilExit() }
        try? FileManager.default.removeItem(at: directory)
    }

    /// A resolver that asks the laboratory's; shut it down.
    func resolver(_ change: (inout DNSSettings) -> Void = { _ in }) -> StubResolver {
        var configuration = DNSSettings(servers: [resolverAddress], timeout: .seconds(60))
        change(&configuration)
        return StubResolver(settings: configuration, group: MultiThreadedEventLoopGroup.singleton)
    }

    private func waitUntilReady() async throws {
        let resolver = resolver { $0.timeout = .seconds(1) }
        var result = ProbeResult.unreachable("not asked")
        // Each probe takes its own time, refused or not, so this is no busy loop.
        for _ in 0..<100 where processes.allSatisfy(\.isRunning) {
            result = await resolver.probe()
            if result == .validates { break }
        }
        await resolver.shutdown()
        guard result == .validates else { throw Failure(description: "the laboratory is not ready: \(result)\n\(logs())") }
    }

    private func logs() -> String {
        ["nsd.log", "nsd.out", "unbound.log", "unbound.out"].map { name in
            "\(name): " + ((try? String(contentsOf: directory.appending(path: name), encoding: .utf8)) ?? "none")
        }.joined(separator: "\n")
    }

    /// A port that no UDP socket had a moment ago.
    private static func freePort(_ group: any EventLoopGroup) async throws -> Int {
        let channel = try await DatagramBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port
        try await channel.close().get()
        guard let port else { throw Failure(description: "no port on loopback") }
        return port
    }

    private static func spawn(_ name: String, _ arguments: [String], in directory: URL, configuration: () -> String) throws -> ChildProcess
    {
        try Data(configuration().utf8).write(to: directory.appending(path: "\(name).conf"))
        return try ChildProcess(try LabTools.find(name), arguments, directory: directory.path, output: "\(name).out")
    }
}

/// Runs a suite with one laboratory, which is gone afterwards whatever happens.
struct DNSLabTrait: SuiteTrait, TestScoping {
    func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void) async throws {
        let lab = try await DNSLab.start()
        defer { lab.stop() }
        try await DNSLab.$current.withValue(lab) { try await function() }
    }
}

extension Trait where Self == DNSLabTrait {
    /// See ``DNSLab``.
    static var dnsLab: Self { Self() }
}
