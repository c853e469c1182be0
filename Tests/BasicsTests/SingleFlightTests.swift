import Basics
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct SingleFlightTests {
    private let clock = ManualClock()

    private func until(_ condition: @Sendable () -> Bool) async {
        while !condition() { await Task.yield() }
    }

    // MARK: One flight

    @Test func `a flight lands for those who wait and those who come later`() async {
        let flight = Flight<Int>()
        let waiting = Task { [clock] in await flight.value(until: nil, clock: clock) }
        let timed = Task { [clock] in await flight.value(until: clock.instant + .seconds(5), clock: clock) }
        await clock.slept(1)
        await until { flight.waiting == 2 }
        clock.advance(5)
        #expect(await timed.value == nil)
        flight.land(7)
        #expect(await waiting.value == 7)
        // However late: the result is there.
        #expect(await flight.value(until: clock.instant - .seconds(1), clock: clock) == 7)
        flight.land(8)
        #expect(await flight.value(until: nil, clock: clock) == 7)
    }

    @Test func `a deadline that has passed is not waited for`() async {
        let flight = Flight<Int>()
        #expect(await flight.value(until: clock.instant, clock: clock) == nil)
        #expect(flight.waiting == 0 && clock.sleepers == 0)
    }

    @Test func `each leaves at a deadline of its own, whatever the order they came in`() async {
        let flight = Flight<Int>()
        let start = clock.instant
        let seconds = [30, 10, 20, 10, 40]
        let callers = seconds.map { seconds in
            Task { [clock] in await flight.value(until: start + .seconds(seconds), clock: clock) }
        }
        await until { flight.waiting == 5 }
        // One timer, whoever waits; one that was set too late may still be on its way out.
        await until { [clock] in clock.sleepers == 1 }
        for (second, left) in [(9, 5), (10, 3), (19, 3), (20, 2), (30, 1)] {
            await clock.slept(1)
            clock.advance(second - Int((clock.instant - start) / .seconds(1)))
            await until { flight.waiting == left }
        }
        flight.land(1)
        var results: [Int?] = []
        for caller in callers { results.append(await caller.value) }
        #expect(results == [nil, nil, nil, nil, 1])
        await until { [clock] in clock.sleepers == 0 }
    }

    @Test func `who is cancelled leaves, before it waits or after, and the work goes on`() async {
        let flight = Flight<Int>()
        let gate = Gate(isOpen: false)
        let early = Task { [clock] in
            await gate.pass()
            return await flight.value(until: nil, clock: clock)
        }
        let late = Task { [clock] in await flight.value(until: nil, clock: clock) }
        let other = Task { [clock] in await flight.value(until: nil, clock: clock) }
        await gate.arrived(1)
        early.cancel()
        gate.open()
        #expect(await early.value == nil)
        await until { flight.waiting == 2 }
        late.cancel()
        #expect(await late.value == nil)
        #expect(flight.waiting == 1)
        flight.land(3)
        #expect(await other.value == 3)
    }

    @Test func `landing, leaving and coming at once resume each caller exactly once`() async {
        for round in 0..<200 {
            let flight = Flight<Int>()
            await withTaskGroup(of: Int?.self) { group in
                for caller in 0..<20 {
                    let deadline: ContinuousClock.Instant? =
                        switch caller % 4 {
                        case 0: nil
                        case 1: .now + .microseconds(Int64(caller * 10))
                        case 2: .now + .seconds(60)
                        default: .now - .seconds(1)
                        }
                    group.addTask { await flight.value(until: deadline, clock: SystemSteadyClock()) }
                }
                group.addTask {
                    if round % 2 == 0 { await Task.yield() }
                    flight.land(round)
                    return round
                }
                if round % 3 == 0 { group.cancelAll() }
                for await value in group { #expect(value == nil || value == round) }
            }
            #expect(flight.waiting == 0)
        }
    }

    // MARK: Flights by key

    @Test func `one flies and the others join, until it has landed`() throws {
        var flights = SingleFlight<String, Int>()
        guard case .start(let first) = flights.admit("a", limit: 2) else { throw Unexpected() }
        guard case .join(let joined) = flights.admit("a", limit: 2) else { throw Unexpected() }
        #expect(first === joined && flights["a"] === first && flights.count == 1)
        #expect(flights.land("a") === first)
        #expect(flights.land("a") == nil && flights["a"] == nil)
        guard case .start(let second) = flights.admit("a", limit: 2) else { throw Unexpected() }
        #expect(second !== first)
    }

    @Test func `past the bound nobody starts, and everybody may join`() throws {
        var flights = SingleFlight<Int, Int>()
        for key in 0..<2 { guard case .start = flights.admit(key, limit: 2) else { throw Unexpected() } }
        guard case .full = flights.admit(2, limit: 2) else { throw Unexpected() }
        guard case .join = flights.admit(1, limit: 2) else { throw Unexpected() }
        _ = flights.land(0)
        guard case .start = flights.admit(2, limit: 2) else { throw Unexpected() }
    }

    @Test func `however many ask, the work is done once and nobody misses it`() async {
        let memory = Memory()
        await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<1000 { group.addTask { await memory.ask() } }
            for await value in group { #expect(value == 5) }
        }
        #expect(memory.started == 1)
    }

    private struct Unexpected: Error {}
}

/// What the results of flights go to.
private final class Memory: Sendable {
    private struct State {
        var known: Int?
        var flights = SingleFlight<String, Int>()
        var started = 0
    }

    private let state = Mutex(State())

    var started: Int { state.withLock { $0.started } }

    func ask() async -> Int? {
        let (known, flight) = state.withLock { state -> (Int?, Flight<Int>?) in
            if let known = state.known { return (known, nil) }
            switch state.flights.admit("key", limit: 1) {
            case .full: return (nil, nil)
            case .join(let flight): return (nil, flight)
            case .start(let flight):
                state.started += 1
                Task { self.land(5) }
                return (nil, flight)
            }
        }
        if let known { return known }
        return await flight?.value(until: nil, clock: SystemSteadyClock())
    }

    private func land(_ value: Int) {
        let flight = state.withLock { state in
            state.known = value
            return state.flights.land("key")
        }
        flight?.land(value)
    }
}
