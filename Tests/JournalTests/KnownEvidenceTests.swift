import Testing

@testable import Journal

@Suite struct KnownEvidenceTests {
    private func digest(_ number: Int) -> [UInt8] {
        withUnsafeBytes(of: number) { Array($0) } + [UInt8](repeating: 0, count: 24)
    }

    @Test func `what is in use stays known in a flood of what is not`() {
        var known = KnownEvidence()
        known.turn(to: 0)
        let inUse = (1...100).map { digest(-$0) }
        for digest in inUse {
            known.insert(digest: digest)
            known.insert(certificate: "\(digest)")
        }
        var forgotten = 0
        for number in 0..<3 * KnownEvidence.capacity {
            known.insert(digest: digest(number))
            known.insert(certificate: "\(number)")
            guard number % 10_000 == 0 else { continue }
            for digest in inUse where !known.contains(digest: digest) || !known.contains(certificate: "\(digest)") { forgotten += 1 }
        }
        #expect(forgotten == 0)
        let (oldest, newest) = (known.contains(digest: digest(0)), known.contains(digest: digest(3 * KnownEvidence.capacity - 1)))
        #expect(!oldest && newest, "it is bounded")
    }

    @Test func `every day begins with nothing`() {
        var known = KnownEvidence()
        known.turn(to: 0)
        known.insert(digest: [1])
        let isKnown = [Schema.dayMicroseconds - 1, Schema.dayMicroseconds].map { time in
            known.turn(to: time)
            return known.contains(digest: [1])
        }
        #expect(isKnown == [true, false])
    }
}
