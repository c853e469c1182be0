import TestSupport

/// Makes damaged copies of good documents, the same ones in every run.
struct Mutator {
    let seeds: [[UInt8]]
    let alphabet: [UInt8]
    private var random = SeededGenerator(seed: 0x5eed)

    init(seeds: [String], alphabet: [UInt8]) {
        self.seeds = seeds.map { Array($0.utf8) }
        self.alphabet = alphabet
    }

    mutating func next() -> [UInt8] {
        var bytes = seeds.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let at = Int.random(in: 0...bytes.count, using: &random)
            let octet = alphabet.randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.insert(octet, at: at)
            case 1 where at < bytes.count: bytes[at] = octet
            case 2 where at < bytes.count: bytes.remove(at: at)
            case 3 where at < bytes.count: bytes.swapAt(at, Int.random(in: 0..<bytes.count, using: &random))
            default:
                // A piece of the document, once more somewhere else.
                let from = Int.random(in: 0...bytes.count, using: &random)
                bytes.insert(contentsOf: Array(bytes[from...].prefix(Int.random(in: 1...20, using: &random))), at: at)
            }
        }
        return bytes
    }
}
