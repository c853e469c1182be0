import NIOCore

@testable import SMTP

/// The buffers a text arrives in when it is cut into pieces of `size` octets.
func chunks(_ octets: some Collection<UInt8>, of size: Int) -> [ByteBuffer] {
    var rest = Array(octets)[...]
    var buffers: [ByteBuffer] = []
    while !rest.isEmpty {
        buffers.append(ByteBuffer(bytes: rest.prefix(size)))
        rest = rest.dropFirst(size)
    }
    return buffers
}

func chunks(_ text: String, of size: Int) -> [ByteBuffer] { chunks(text.utf8, of: size) }

func queue(_ text: String) -> ByteQueue {
    var queue = ByteQueue()
    queue.append(ByteBuffer(string: text))
    return queue
}

func parse(_ line: String) throws(CommandError) -> Command {
    try Command.parse(ByteBuffer(string: line), bareLF: false)
}

/// A small generator with a seed, so that a failure can be seen again.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

let chunkSizes = [1, 2, 3, 5, 1000]
