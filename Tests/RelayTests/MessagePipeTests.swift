import Basics
import NIOCore
import SMTP
import Testing

@testable import Relay

@Suite struct MessagePipeTests {
    /// A client, a connection to a server, and the time, without a session.
    private final class Bench {
        let world: World
        let server = ScriptedStream()
        let client: Downstream
        let leg: Leg
        /// What the server got.
        private(set) var sent: [UInt8] = []

        init(chunk: Int = 1000) {
            world = World(chunk: chunk)
            client = Downstream(stream: world.client, transcript: Transcript(clock: world) { _ in }, shared: world.shared)
            leg = Leg(destination: Endpoint(address: World.address, port: 25), stream: server, maximumLine: 4096)
            server.onSend = { [unowned self] in sent += $0 }
        }

        func pipe(_ framing: MessageFraming, isDropped: Bool = false, taps: [any MessageTap] = []) -> MessagePipe {
            MessagePipe(
                framing, from: client, to: isDropped ? nil : leg, taps: taps, patience: .seconds(100), clock: world, signal: world.signal)
        }

        /// What the client said and nobody took.
        var rest: [UInt8] {
            while world.client.deliver(atMost: 1000) {}
            var bytes: [UInt8] = []
            while let buffer = world.client.input.next() { bytes += Array(buffer.readableBytesView) }
            return bytes
        }
    }

    private final class Tap: MessageTap {
        var taken: [UInt8] = []
        func take(_ octets: ByteBuffer) { taken += Array(octets.readableBytesView) }
    }

    /// A message of some length as both framings see it.
    static let message = octets("a\r\n..b\r\n") + Array(repeating: UInt8(ascii: "x"), count: 3000) + octets("\r\n.\r\n")

    enum Way: CaseIterable {
        case dot, count

        var framing: MessageFraming {
            switch self {
            case .dot: .dot(DataScanner())
            case .count: .count(MessagePipeTests.message.count)
            }
        }
    }

    @Test(arguments: chunkSizes, Way.allCases)
    func `the octets pass as they are, and what follows them stays`(chunk: Int, way: Way) async {
        let bench = Bench(chunk: chunk)
        let tap = Tap()
        bench.world.client.say(Self.message + octets("NOOP\r\n"))
        var pipe = bench.pipe(way.framing, taps: [tap])
        #expect(await pipe.run() == .finished(nil))
        bench.leg.flush()
        #expect(bench.sent == Self.message)
        #expect(tap.taken == Self.message)
        #expect(pipe.octets == Self.message.count)
        #expect(bench.rest == octets("NOOP\r\n"))
    }

    @Test func `a chunk of no octets is over at once`() async {
        let bench = Bench()
        bench.world.client.say(octets("NOOP\r\n"))
        var pipe = bench.pipe(.count(0))
        #expect(await pipe.run() == .finished(nil))
        #expect(bench.sent == [])
        #expect(bench.rest == octets("NOOP\r\n"))
    }

    @Test(arguments: Way.allCases)
    func `without a server the octets are read and dropped`(way: Way) async {
        let bench = Bench(chunk: 3)
        let tap = Tap()
        bench.world.client.say(Self.message + octets("NOOP\r\n"))
        var pipe = bench.pipe(way.framing, isDropped: true, taps: [tap])
        #expect(await pipe.run() == .finished(nil))
        #expect(tap.taken == [])
        #expect(bench.sent == [])
        #expect(bench.rest == octets("NOOP\r\n"))
    }

    @Test(arguments: Way.allCases)
    func `when the server is gone the rest is read and dropped`(way: Way) async {
        let bench = Bench(chunk: 100)
        let tap = Tap()
        bench.world.turns.append(.say(Array(Self.message.prefix(1000))))
        bench.world.then { bench.server.fail(.closed) }
        bench.world.turns.append(.say(Array(Self.message.dropFirst(1000)) + octets("NOOP\r\n")))
        var pipe = bench.pipe(way.framing, taps: [tap])
        #expect(await pipe.run() == .finished(.lost(.closed)))
        #expect(bench.sent == Array(Self.message.prefix(1000)))
        #expect(tap.taken == bench.sent)
        #expect(pipe.octets == Self.message.count)
        #expect(bench.rest == octets("NOOP\r\n"))
    }

    @Test(arguments: chunkSizes)
    func `a smuggled end of data is read past and dropped`(chunk: Int) async {
        let bench = Bench(chunk: chunk)
        bench.world.client.say(octets("text\r\na\n.\r\nmore\r\n.\r\nNOOP\r\n"))
        var pipe = bench.pipe(.dot(DataScanner()))
        #expect(await pipe.run() == .finished(.smuggling(.before)))
        bench.leg.flush()
        #expect(bench.sent.starts(with: octets("text\r\na")))
        #expect(!bench.sent.contains(UInt8(ascii: ".")))
        #expect(!bench.sent.contains(UInt8(ascii: "m")))
        #expect(bench.rest == octets("NOOP\r\n"))
    }

    @Test func `what would be a smuggled end of data passes in a chunk`() async {
        let bench = Bench(chunk: 2)
        bench.world.client.say(octets("a\n.\r\nb"))
        var pipe = bench.pipe(.count(6))
        #expect(await pipe.run() == .finished(nil))
        bench.leg.flush()
        #expect(bench.sent == octets("a\n.\r\nb"))
    }

    @Test(arguments: Way.allCases)
    func `a client that goes away leaves the message without its end`(way: Way) async {
        let bench = Bench()
        bench.world.client.say(Self.message.dropLast())
        bench.world.client.say(end: .closed)
        var pipe = bench.pipe(way.framing)
        #expect(await pipe.run() == .clientGone)
        bench.leg.flush()
        #expect(bench.sent.count < Self.message.count)
    }

    @Test func `a client that sends nothing more is given up after its time from the last of some progress`() async {
        let bench = Bench()
        bench.world.then { bench.world.pass(.seconds(90)) }
        bench.world.turns.append(.say([UInt8](repeating: 0x61, count: 5000)))
        bench.world.then { bench.world.pass(.seconds(90)) }
        bench.world.turns.append(.say(Array(Self.message.prefix(5))))
        var pipe = bench.pipe(.dot(DataScanner()))
        #expect(await pipe.run() == .clientStalled)
        #expect(bench.world.elapsed == .seconds(190))
    }

    @Test(arguments: Way.allCases)
    func `a server that takes nothing more is given up, and the client is read no further meanwhile`(way: Way) async {
        let bench = Bench(chunk: 100)
        bench.server.window = 250
        bench.world.client.say(Self.message)
        var pipe = bench.pipe(way.framing)
        #expect(await pipe.run() == .serverStalled)
        #expect(pipe.octets == 300)
        #expect(bench.world.elapsed == .seconds(100))
    }

    @Test func `a client is not kept waiting by a server that is not to get the rest`() async {
        let bench = Bench()
        bench.server.window = 1
        bench.world.client.say(octets("a\n.\r\n"))
        var pipe = bench.pipe(.dot(DataScanner()))
        #expect(await pipe.run() == .clientStalled)
    }
}

@Suite struct `A message that crawls` {
    @Test func `an octet now and then is no progress`() async {
        let world = World()
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "DATA")
        for _ in 0..<2000 {
            world.then { [unowned world] in
                world.pass(.seconds(1))
                world.client.say(octets("x"))
            }
        }
        await world.run()
        #expect(world.elapsed < .seconds(700))
        #expect(world.server.messages.isEmpty)
        #expect(world.server.closing == .aborted)
    }

    @Test func `a slow line that moves is waited for`() async {
        let world = World()
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "DATA")
        for _ in 0..<20 {
            world.then { [unowned world] in
                world.pass(.seconds(300))
                world.client.say(octets(String(repeating: "x", count: 5000) + "\r\n"))
            }
        }
        world.say(lines: ".", "QUIT")
        await world.run()
        #expect(world.server.messages.count == 1)
    }
}
