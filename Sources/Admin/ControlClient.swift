import FoundationEssentials
import Glibc
import NIOCore
import NIOPosix

/// Asks the running daemon over its control socket.
public struct ControlClient: Sendable {
    /// The socket.
    public let path: String

    /// Octets of an answer.
    private static let longestReply = 1 << 20

    /// A client for the socket at `path`; nothing is connected yet.
    public init(path: String) {
        self.path = path
    }

    /// Asks, and waits for the answer.
    ///
    /// - Parameter user: for whom the caller acts, as `SUDO_USER` says; for the record.
    /// - Throws: when no daemon listens, this user may not ask it, no answer comes within `timeout`, or it says that it did not do it.
    public func send(_ request: ControlRequest, user: String? = nil, timeout: Duration = .seconds(120)) async throws(AdminError)
        -> ControlReply
    {
        let answer: [UInt8]?
        do {
            answer = try await exchange(request, user: user, timeout: timeout)
        } catch {
            throw Self.failure(error, path: path)
        }
        guard let answer, let reply = try? JSONDecoder().decode(ControlReply.self, from: Data(answer)) else {
            throw AdminError(.noAnswer, "the daemon at \(path) gave no answer that could be understood")
        }
        guard reply.ok else { throw AdminError(.refused, reply.error ?? "the daemon did not do it, and does not say why") }
        return reply
    }

    private func exchange(_ request: ControlRequest, user: String?, timeout: Duration) async throws -> [UInt8]? {
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
