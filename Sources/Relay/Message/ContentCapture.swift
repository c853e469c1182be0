import NIOCore

/// The part of a message that the journal keeps, when the operator asked for it.
final class ContentCapture: MessageTap {
    /// The most octets kept of a message.
    static let bound = 1 << 20

    private let mode: RelaySettings.Content
    private(set) var octets: [UInt8] = []
    private var isDone = false

    /// Nil when nothing is kept.
    init?(_ mode: RelaySettings.Content) {
        guard mode != .none else { return nil }
        self.mode = mode
    }

    /// Takes message data as it passes.
    func take(_ data: ByteBuffer) {
        guard !isDone else { return }
        let start = octets.count
        octets.append(contentsOf: data.readableBytesView.prefix(Self.bound - start))
        isDone = octets.count >= Self.bound
        if mode == .headers, let end = endOfHeader(from: max(0, start - 3)) {
            octets.removeSubrange(end...)
            isDone = true
        }
    }

    /// The place behind the first empty line (RFC 5322 2.1).
    private func endOfHeader(from start: Int) -> Int? {
        let blank: [UInt8] = [13, 10, 13, 10]
        guard octets.count >= blank.count else { return nil }
        return (start...max(start, octets.count - blank.count)).first { octets[$0...].starts(with: blank) }.map { $0 + blank.count }
    }
}
