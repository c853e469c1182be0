import Basics
import FoundationEssentials
import Testing

@testable import MTASTS

@Suite struct SmallPartsTests {
    @Test func `the cache keeps what is used and at most twice its capacity`() {
        var cache = GenerationalCache<Int>(capacity: 10)
        cache["kept"] = 0
        for index in 0..<1000 {
            cache["\(index)"] = index
            #expect(cache["kept"] == 0)
            #expect(cache.count <= 20)
        }
        #expect(cache["1"] == nil)
        #expect(cache["999"] == 999)
        cache["999"] = nil
        #expect(cache["999"] == nil)
    }

    @Test func `costly values leave room for fewer`() {
        var cache = GenerationalCache<Int>(capacity: 100) { $0 }
        for index in 0..<1000 { cache["\(index)"] = 50 }
        #expect((2...4).contains(cache.count))
        for _ in 0..<1000 { cache["same"] = 1 }
        #expect(cache["999"] == 50)
    }

    @Test func `text from strangers becomes printable and bounded`() {
        #expect(printable("a\r\n\\ü".utf8, limit: 200, escapingBackslash: true) == "a\\x0d\\x0a\\x5c\\xc3\\xbc")
        for count in 0...300 {
            let text = printable(Array(repeating: UInt8(7), count: count), limit: 200)
            #expect(text.utf8.count <= 200 && text.hasSuffix("...") == (4 * count > 200))
        }
        #expect(STSFailure(.fetchError, "a\nb").description == "sts-policy-fetch-error: a\\x0ab")
    }

    @Test func `a flight lands for those who wait and those who come later`() async {
        let (flight, clock) = (Flight<Int>(), ManualClock())
        let waiting = Task { await flight.value(until: nil, clock: clock) }
        let timed = Task { await flight.value(until: clock.instant + .seconds(5), clock: clock) }
        await clock.slept(1)
        clock.advance(5)
        #expect(await timed.value == nil)
        flight.land(7)
        #expect(await waiting.value == 7)
        #expect(await flight.value(until: clock.instant, clock: clock) == 7)
    }

    @Test func `the clock of expiry follows slow changes, and leaps only after a day`() {
        let clock = ManualClock()
        var expiry = ExpiryClock(clock)
        func now() -> Date { expiry.now(wall: clock.wall, instant: clock.instant) }
        clock.step(300)
        #expect(now() == clock.wall)
        clock.step(-1000)
        #expect(now() == clock.wall)
        let before = clock.wall
        clock.step(1_000_000)
        #expect(abs(now().timeIntervalSince(before)) < 1)
        clock.advance(86_399)
        #expect(abs(now().timeIntervalSince(before.addingTimeInterval(86_399))) < 1)
        #expect(expiry.isGuarding)
        clock.advance(1)
        #expect(now() == clock.wall)
        #expect(!expiry.isGuarding)
    }

    @Test func `a leap that is taken back leaves no trace`() {
        let clock = ManualClock()
        var expiry = ExpiryClock(clock)
        clock.step(1_000_000)
        #expect(expiry.now(wall: clock.wall, instant: clock.instant) < clock.wall)
        clock.step(-1_000_000)
        #expect(expiry.now(wall: clock.wall, instant: clock.instant) == clock.wall)
        #expect(!expiry.isGuarding)
    }

    @Test(arguments: [(0, 300), (1, 300), (2, 600), (4, 2400), (5, 3600), (1_000_000, 3600)])
    func `pauses double from 5 minutes to an hour`(failures: Int, seconds: Int) {
        #expect(BackOff.pause(failures: failures) == .seconds(seconds))
    }
}
