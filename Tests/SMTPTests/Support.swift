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

let chunkSizes = [1, 2, 3, 5, 1000]
