package import Basics
package import DNS
import Synchronization
package import TestSupport

/// A resolver whose answers a test writes, and which notes what it is asked.
package final class ScriptedResolver: Resolver {
    private struct State {
        var zone: ScriptedZone
        var asked: [String] = []
    }

    /// Every question passes it, once it is noted and before it is looked for in the script.
    package let gate = Gate()
    private let state: Mutex<State>
    private let unscripted: ScriptedAnswer<Never>

    /// A resolver with these answers; `unscripted` is said of everything else.
    package init(
        mx: ScriptedZone.Answers<MXRecord> = [:], a: ScriptedZone.Answers<IPAddress> = [:], aaaa: ScriptedZone.Answers<IPAddress> = [:],
        tlsa: ScriptedZone.Answers<TLSARecord> = [:], txt: ScriptedZone.Answers<[UInt8]> = [:],
        cname: ScriptedZone.Answers<DomainName> = [:], unscripted: ScriptedAnswer<Never> = .nxDomain(.insecure)
    ) {
        state = Mutex(State(zone: ScriptedZone(mx: mx, a: a, aaaa: aaaa, tlsa: tlsa, txt: txt, cname: cname)))
        self.unscripted = unscripted
    }

    /// The questions so far: `MX example.net`, `TLSA _25._tcp.mx.example.net anew`.
    package var asked: [String] { state.withLock { $0.asked } }

    /// The questions so far of these types.
    package func asked(_ types: String...) -> [String] {
        asked.filter { question in types.contains { question.hasPrefix("\($0) ") } }
    }

    /// How many questions were to be asked past all caches.
    package var refreshes: Int { asked.count { $0.hasSuffix(" anew") } }

    /// Notes questions from here on.
    package func forgetQuestions() { state.withLock { $0.asked = [] } }

    /// Changes what is said from now on.
    package func change(_ change: (inout ScriptedZone) -> Void) { state.withLock { change(&$0.zone) } }

    // MARK: Resolver

    package func mx(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<MXRecord> {
        try await answer("MX", name, refresh) { $0.mx }
    }

    package func addresses(_ name: DomainName, family: AddressFamily, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<IPAddress> {
        switch family {
        case .ipv4: try await answer("A", name, refresh) { $0.a }
        case .ipv6: try await answer("AAAA", name, refresh) { $0.aaaa }
        }
    }

    package func tlsa(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<TLSARecord> {
        try await answer("TLSA", name, refresh) { $0.tlsa }
    }

    package func txt(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<[UInt8]> {
        try await answer("TXT", name, refresh) { $0.txt }
    }

    package func cname(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<DomainName> {
        try await answer("CNAME", name, refresh) { $0.cname }
    }

    private func answer<Record>(
        _ type: String, _ name: DomainName, _ refresh: Bool, from answers: (ScriptedZone) -> ScriptedZone.Answers<Record>
    ) async throws(DNSFailure) -> DNSAnswer<Record> {
        state.withLock { $0.asked.append("\(type) \(name)\(refresh ? " anew" : "")") }
        await gate.pass()
        let scripted = ScriptedZone.find(name, in: answers(state.withLock { $0.zone }))
        return try (scripted ?? unscripted.of(Record.self)).answer(about: name)
    }
}
