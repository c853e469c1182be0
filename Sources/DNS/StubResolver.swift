import Basics
import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Asks the configured recursive resolvers and keeps what they say for as long as they allow.
///
/// A stub that leaves validation to its resolver: an answer is secure if a resolver on loopback, or one marked trusted, says so with the AD
/// bit (RFC 4035 4.9.3). Any number of look-ups may be outstanding; a slow one delays no other; equal ones are asked once.
/// Callers on any thread; the sockets live on one event loop of the group. Call ``shutdown()`` before shutting down the group.
public final class StubResolver: Resolver {
    private let loop: any EventLoop
    private let engine: NIOLoopBoundBox<LookupEngine>
    private let outstandingLimit: Int
    private let state: Mutex<State>

    /// The answers known and the look-ups under way.
    private struct State {
        var answers: AnswerCache
        var flights = SingleFlight<Question, Result<StoredAnswer, DNSFailure>>()
    }

    /// Opens nothing yet; sockets come with the first look-up.
    public init(settings: DNSSettings, group: any EventLoopGroup) {
        loop = group.next()
        engine = .makeBoxSendingValue(LookupEngine(settings, loop: loop), eventLoop: loop)
        outstandingLimit = settings.outstandingLimit
        state = Mutex(State(answers: AnswerCache(entries: settings.cacheEntries)))
    }

    /// See ``Resolver/mx(_:refresh:)``.
    public func mx(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<MXRecord> {
        guard case .mx(let answer) = try await answer(to: Question(asking: name, .mx), refresh: refresh) else { throw Self.mismatch }
        return answer
    }

    /// See ``Resolver/addresses(_:family:refresh:)``.
    public func addresses(_ name: DomainName, family: AddressFamily, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<IPAddress> {
        let question = try Question(asking: name, family == .ipv4 ? .a : .aaaa)
        guard case .addresses(let answer) = try await answer(to: question, refresh: refresh) else { throw Self.mismatch }
        return answer
    }

    /// See ``Resolver/tlsa(_:refresh:)``.
    public func tlsa(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<TLSARecord> {
        guard case .tlsa(let answer) = try await answer(to: Question(asking: name, .tlsa), refresh: refresh) else { throw Self.mismatch }
        return answer
    }

    /// See ``Resolver/txt(_:refresh:)``.
    public func txt(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<[UInt8]> {
        guard case .txt(let answer) = try await answer(to: Question(asking: name, .txt), refresh: refresh) else { throw Self.mismatch }
        return answer
    }

    /// See ``Resolver/cname(_:refresh:)``.
    public func cname(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<DomainName> {
        guard case .cname(let answer) = try await answer(to: Question(asking: name, .cname), refresh: refresh) else { throw Self.mismatch }
        return answer
    }

    /// Does each resolver in use validate? Asks each for the SOA of the root, past the cache.
    public func probeServers() async -> [ServerProbe] {
        await withCheckedContinuation { continuation in
            loop.execute { self.engine.value.probe { continuation.resume(returning: $0) } }
        }
    }

    /// ``probeServers()`` in one result: the first resolver that answers without validating decides, else one that validates, else none answers.
    public func probe() async -> ProbeResult { ProbeResult(await probeServers()) }

    /// Closes every socket. What is outstanding fails, and so does every later look-up that is not cached.
    public func shutdown() async {
        let closed = loop.flatSubmit { EventLoopFuture.andAllComplete(self.engine.value.close(), on: self.loop) }
        // The closing of a socket has no failure that matters here.
        try? await closed.get()
    }

    /// Questions outstanding.
    var outstanding: Int { state.withLock { $0.flights.count } }

    /// Callers that wait for an answer.
    var waiting: Int { state.withLock { $0.flights.waiting } }

    private func answer(to question: Question, refresh: Bool) async throws(DNSFailure) -> StoredAnswer {
        let (cached, admission) = state.withLock {
            state -> (StoredAnswer?, SingleFlight<Question, Result<StoredAnswer, DNSFailure>>.Admission) in
            if !refresh, let cached = state.answers.answer(to: question, now: .now) { return (cached, .full) }
            // Cancelled already: nobody would wait for the answer.
            return (nil, Task.isCancelled ? .full : state.flights.admit(question, limit: outstandingLimit))
        }
        if let cached { return cached }
        let flight: Flight<Result<StoredAnswer, DNSFailure>>
        switch admission {
        case .full:
            throw Task.isCancelled ? Self.cancelled : DNSFailure(.tooMany, "\(outstandingLimit) look-ups are outstanding already")
        case .join(let other): flight = other
        case .start(let new):
            flight = new
            loop.execute { self.engine.value.resolve(question) { self.finish(question, $0) } }
        }
        guard let result = await flight.value(until: nil, clock: SystemSteadyClock()) else { throw Self.cancelled }
        return try result.get()
    }

    /// Keeps an answer, and hands it to those who wait. Failures are not kept.
    private func finish(_ question: Question, _ result: Result<Reply, DNSFailure>) {
        let answer = result.flatMap { reply -> Result<StoredAnswer, DNSFailure> in
            Result { () throws(DNSFailure) in
                try StoredAnswer(reply.response, to: question, status: reply.status, now: Int64(time(nil)))
            }
        }
        let flight = state.withLock { state in
            if case .success(let answer) = answer { state.answers.store(answer, for: question, now: .now) }
            return state.flights.land(question)
        }
        flight?.land(answer)
    }

    private static let cancelled = DNSFailure(.timeout, "the look-up was cancelled")
    /// The cache holds answers by question, type included, so this is never thrown.
    private static let mismatch = DNSFailure(.malformed, "an answer of another type was cached")
}
