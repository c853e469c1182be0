import Basics
import NIOCore
import Testing

@testable import Relay

@Suite struct AdmissionTests {
    private static let ipv4 = IPAddress(ipv4: 0xc000_0201)
    private static let ipv6 = IPAddress(ipv6High: 0x2001_0db8_0000_0000, low: 1)

    private let now = NIODeadline.uptimeNanoseconds(1)

    private func ticket(_ answer: AdmissionAnswer) throws -> AdmissionTicket {
        guard case .admitted(let ticket) = answer else {
            Issue.record("refused: \(answer)")
            throw NotAdmitted()
        }
        return ticket
    }

    private struct NotAdmitted: Error {}

    @Test func `clients are let in up to the limit, and again when a session is over`() throws {
        var admission = CountedAdmission(sessionLimit: 2, clientLimit: 2)
        let first = try ticket(admission.admit(Self.ipv4, at: now))
        _ = try ticket(admission.admit(Self.ipv6, at: now))
        #expect(admission.admit(Self.ipv6, at: now) == .refused(.sessions(limit: 2)))
        #expect(admission.count == 2)
        admission.release(first)
        #expect(admission.count == 1)
        _ = try ticket(admission.admit(Self.ipv6, at: now))
        #expect(admission.count == 2)
    }

    @Test(arguments: [(ipv4, ipv6), (ipv6, ipv4)])
    func `one client at its limit keeps no other out`(full: IPAddress, other: IPAddress) throws {
        var admission = CountedAdmission(sessionLimit: 10, clientLimit: 2)
        let first = try ticket(admission.admit(full, at: now))
        _ = try ticket(admission.admit(full, at: now))
        #expect(admission.admit(full, at: now) == .refused(.perClient(limit: 2)))
        _ = try ticket(admission.admit(other, at: now))
        #expect(admission.count(of: full) == 2)
        #expect(admission.count(of: other) == 1)
        admission.release(first)
        _ = try ticket(admission.admit(full, at: now))
    }

    @Test func `a refusal takes no place`() throws {
        var admission = CountedAdmission(sessionLimit: 1, clientLimit: 1)
        let only = try ticket(admission.admit(Self.ipv4, at: now))
        for _ in 0..<5 { _ = admission.admit(Self.ipv6, at: now) }
        #expect(admission.count == 1)
        #expect(admission.clientCount == 1)
        admission.release(only)
        #expect(admission.count == 0)
    }

    @Test func `a ticket handed back twice frees one place`() throws {
        var admission = CountedAdmission(sessionLimit: 10, clientLimit: 10)
        let first = try ticket(admission.admit(Self.ipv4, at: now))
        let second = try ticket(admission.admit(Self.ipv4, at: now))
        #expect(first != second)
        admission.release(first)
        admission.release(first)
        #expect(admission.count == 1)
        #expect(admission.count(of: Self.ipv4) == 1)
    }

    @Test func `a client without sessions is forgotten`() throws {
        var admission = CountedAdmission(sessionLimit: 1000, clientLimit: 1)
        var tickets: [AdmissionTicket] = []
        for bits in 0..<1000 as Range<UInt32> { tickets.append(try ticket(admission.admit(IPAddress(ipv4: bits), at: now))) }
        #expect(admission.clientCount == 1000)
        for ticket in tickets { admission.release(ticket) }
        #expect(admission.clientCount == 0)
        #expect(admission.count == 0)
    }

    @Test func `while the daemon stops nobody is let in, and sessions still end`() throws {
        var admission = CountedAdmission(sessionLimit: 1, clientLimit: 1)
        let running = try ticket(admission.admit(Self.ipv4, at: now))
        admission.drain()
        // The true cause, whatever else would be one.
        #expect(admission.admit(Self.ipv4, at: now) == .refused(.draining))
        admission.release(running)
        #expect(admission.count == 0)
        #expect(admission.admit(Self.ipv4, at: now) == .refused(.draining))
    }

    @Test func `a lower limit ends nothing that runs, a higher one counts at once`() throws {
        var admission = CountedAdmission(sessionLimit: 2, clientLimit: 2)
        let first = try ticket(admission.admit(Self.ipv4, at: now))
        _ = try ticket(admission.admit(Self.ipv4, at: now))
        admission.sessionLimit = 1
        #expect(admission.count == 2)
        admission.release(first)
        #expect(admission.admit(Self.ipv4, at: now) == .refused(.sessions(limit: 1)))
        admission.sessionLimit = 2
        _ = try ticket(admission.admit(Self.ipv4, at: now))
    }

    @Test(arguments: [
        (AdmissionRefusal.draining, "421 4.3.2 Weft is stopping; try again"),
        (.sessions(limit: 3), "421 4.3.2 Too many sessions; try again"),
        (.perClient(limit: 3), "421 4.7.0 Too many sessions from 2001:db8::1; try again"),
    ])
    func `every refusal is transient and says its cause`(refusal: AdmissionRefusal, reply: String) {
        #expect(refusal.reply(to: Self.ipv6).description == reply)
    }
}
