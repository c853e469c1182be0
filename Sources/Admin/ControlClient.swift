import FoundationEssentials
import Glibc
import NIOCore
import NIOPosix
import Reports

/// Asks the running daemon over its control socket.
package struct ControlClient: Sendable {
    /// The socket.
    package let path: String
    /// For whom the caller acts, as `SUDO_USER` says; for the record.
    package let user: String?

    /// Octets of an answer.
    private static let longestReply = 1 << 20

    /// A client for the socket at `path`; nothing is connected yet.
    package init(path: String, user: String? = nil) {
        self.path = path
        self.user = user
    }

    /// Asks, and waits for the answer.
    ///
    /// - Throws: when no daemon listens, this user may not ask it, no answer comes within `timeout`, or it says that it did not do it.
    package func send(_ request: ControlRequest, timeout: Duration = .seconds(120)) async throws(AdminError) -> ControlReply {
        let answer: [UInt8]?
        do {
            answer = try await exchange(request, timeout: timeout)
        } catch {
            throw Self.failure(error, path: path)
        }
        guard let answer, let reply = try? jsonValue(ControlReply.self, of: answer) else {
            throw AdminError(.noAnswer, "the daemon at \(path) gave no answer that could be understood")
        }
        if case .failed(let why) = reply { throw AdminError(.refused, why) }
        return reply
    }

    private func exchange(_ request: ControlRequest, timeout: Duration) async throws -> [UInt8]? {
        let connection = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let channel = connection.channel
        let timer = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) { channel.close(promise: nil) }
        defer { timer.cancel() }
        let line = try JSONEncoder().encode(RequestMessage(request, user: user)) + [UInt8(ascii: "\n")]
        return try await connection.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: line))
            var reader = LineReader(limit: Self.longestReply)
            for try await chunk in inbound {
                reader.append(chunk)
                switch reader.next() {
                case .line(let line): return line
                case .incomplete: continue
                case .tooLong: return nil
                }
            }
            return nil
        }
    }

    private static func failure(_ error: any Error, path: String) -> AdminError {
        guard let code = (error as? IOError)?.errnoCode else {
            return AdminError(.failed, "the daemon cannot be asked at \(path): \(error)")
        }
        switch code {
        case ENOENT, ECONNREFUSED:
            return AdminError(
                .notRunning, "no daemon listens on \(path): is `weft serve` running, with this [admin] socket in its configuration?")
        case EACCES, EPERM:
            return AdminError(.forbidden, "user \(geteuid()) may not use \(path): run as root or as the user that Weft runs as")
        case EPIPE, ECONNRESET:
            return AdminError(.noAnswer, "the daemon at \(path) closed the connection without an answer")
        default:
            return AdminError(.failed, "the daemon cannot be asked at \(path): \(String(cString: strerror(code)))")
        }
    }
}
