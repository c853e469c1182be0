import Basics
import TestSupport
import Testing

@testable import MTASTS

@Suite struct FetchQueueTests {
    private let start = ContinuousClock.now

    private func claim(_ id: Int, _ host: DomainName, _ addresses: String..., patience: Int = 60) -> FetchClaim {
        FetchClaim(id: id, host: host, addresses: addresses.map { ip($0) }, until: start + .seconds(patience))
    }

    @Test func `an owner is the last two labels of the host, a network a 24 or a 32`() {
        let claim = claim(1, "mta-sts.a.b.example.test", "192.0.2.1", "192.0.2.9", "2001:db8:1::1", "2001:db8:2::1")
        #expect(claim.owner == "example.test")
        #expect(claim.networks == [[192, 0, 2], [0x20, 0x01, 0x0d, 0xb8]])
        #expect(self.claim(1, "mta-sts.test", "192.0.2.1").owner == "mta-sts.test")
    }

    @Test func `one owner leaves half of the slots, two a third`() {
        var queue = FetchQueue(slots: 12, slotsOfNetwork: 12, places: 100)
        for id in 0..<20 { _ = queue.add(claim(id, "mta-sts.x\(id).a.test", "192.0.\(id).1")) }
        #expect(queue.runningCount == 6 && queue.waiting.count == 14)
        #expect(queue.add(claim(20, "mta-sts.b.test", "192.0.2.1")) == .starts)
        for id in 21..<30 { _ = queue.add(claim(id, "mta-sts.x\(id).b.test", "192.0.\(id).1")) }
        // a has 6 and b 3: more than b has must be left.
        #expect(queue.runningCount == 9)
        #expect(queue.add(claim(30, "mta-sts.c.test", "192.0.2.1")) == .starts)
    }

    @Test func `a network has its part of the slots, whichever of its addresses a host names first`() {
        var queue = FetchQueue(slots: 100, slotsOfNetwork: 4, places: 100)
        for id in 0..<10 { _ = queue.add(claim(id, "mta-sts.a\(id).test", "198.51.100.1", "192.0.2.\(id)")) }
        #expect(queue.runningCount == 4)
        #expect(queue.add(claim(10, "mta-sts.b.test", "192.0.2.99")) == .waits(insteadOf: nil))
        #expect(queue.add(claim(11, "mta-sts.b.test", "203.0.113.1")) == .starts)
    }

    @Test func `who has the fewest running is next, and of these who came first`() {
        var queue = FetchQueue(slots: 3, slotsOfNetwork: 3, places: 100)
        for (id, owner) in [(1, "a"), (2, "b"), (3, "c"), (4, "a"), (5, "d"), (6, "e")] {
            _ = queue.add(claim(id, "mta-sts.\(owner).test", "192.0.\(id).1"))
        }
        #expect(queue.waiting.map(\.id) == [4, 5, 6])
        #expect(queue.remove(2) == [5])
        #expect(queue.remove(3) == [6])
        #expect(queue.remove(1) == [4])
        #expect(queue.remove(1) == [])
        #expect(queue.waiting.isEmpty && queue.runningCount == 3)
    }

    @Test func `who fills the queue makes room in it for others`() {
        var queue = FetchQueue(slots: 1, slotsOfNetwork: 1, places: 3)
        _ = queue.add(claim(0, "mta-sts.z.test", "192.0.2.1"))
        for id in 1...3 { #expect(queue.add(claim(id, "mta-sts.x\(id).a.test", "192.0.2.1")) == .waits(insteadOf: nil)) }
        #expect(queue.add(claim(4, "mta-sts.a.test", "192.0.2.1")) == .full)
        #expect(queue.add(claim(5, "mta-sts.b.test", "192.0.2.1")) == .waits(insteadOf: 3))
        // a has two places, b one, and c would have one as well: nobody has more than that to give.
        #expect(queue.add(claim(6, "mta-sts.c.test", "192.0.2.1")) == .waits(insteadOf: 2))
        #expect(queue.add(claim(7, "mta-sts.d.test", "192.0.2.1")) == .full)
        #expect(queue.waiting.map(\.id) == [1, 5, 6])
    }

    @Test func `who has waited long enough is out`() {
        var queue = FetchQueue(slots: 1, slotsOfNetwork: 1, places: 3)
        #expect(queue.nextDeadline == nil)
        _ = queue.add(claim(0, "mta-sts.z.test", "192.0.2.1", patience: 1))
        _ = queue.add(claim(1, "mta-sts.a.test", "192.0.2.1", patience: 9))
        _ = queue.add(claim(2, "mta-sts.b.test", "192.0.2.1", patience: 5))
        #expect(queue.nextDeadline == start + .seconds(5))
        #expect(queue.expire(at: start + .seconds(4)) == [])
        #expect(queue.expire(at: start + .seconds(5)) == [2])
        #expect(queue.waiting.map(\.id) == [1] && queue.runningCount == 1)
    }

    @Test func `whatever happens, bounds hold and nobody waits beside a free slot`() {
        var random = SeededGenerator(seed: 20)
        var queue = FetchQueue(slots: 20, slotsOfNetwork: 8, places: 30)
        var (running, waiting): (Set<Int>, Set<Int>) = ([], [])
        for id in 0..<5000 {
            let claim = claim(
                id, "mta-sts.o\(Int.random(in: 0..<12, using: &random)).test", "192.0.\(Int.random(in: 0..<5, using: &random)).1")
            switch queue.add(claim) {
            case .starts: running.insert(id)
            case .waits(let loser):
                if let loser { #expect(waiting.remove(loser) != nil) }
                waiting.insert(id)
            case .full: #expect(waiting.count == 30)
            }
            if Bool.random(using: &random), let gone = running.union(waiting).randomElement(using: &random) {
                running.remove(gone)
                waiting.remove(gone)
                for next in queue.remove(gone) {
                    #expect(waiting.remove(next) != nil)
                    running.insert(next)
                }
            }
            #expect(running.count == queue.runningCount && running.count <= 20)
            #expect(Set(queue.waiting.map(\.id)) == waiting && waiting.count <= 30)
        }
        while let id = running.first {
            running.remove(id)
            for next in queue.remove(id) {
                waiting.remove(next)
                running.insert(next)
            }
        }
        #expect(waiting.isEmpty && queue.runningCount == 0)
        #expect(queue == FetchQueue(slots: 20, slotsOfNetwork: 8, places: 30))
    }
}
