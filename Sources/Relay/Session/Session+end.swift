import Basics
import FoundationEssentials
import NIOCore
import Records
import SMTP

extension Session {
    /// Tells both sides, closes both, and closes the books.
    func finish(_ end: SessionEnd) async {
        if case .leg(let error) = end, let leg = upstream.leg { upstream.noteBroken(leg, error) }
        sayLast(end)
        flush()
        endTransaction(by: end)
        switch end {
        case .quit, .clientGone: client.stream.close()
        // The client does not expect the end, and may be saying something right now.
        default: client.stream.closeGently()
        }
        // Between MAIL and the end of the data nothing can be delivered, so QUIT is safe as soon as no data has begun.
        await upstream.end(mayQuit: end.mayQuit)
        clock.stop()
        record(
            .closed(
                ConnectionClosed(
                    id: id, at: Date(), reason: end.reason, helo: upstream.name.map { printable($0, limit: 255) },
                    bytesFromClient: client.stream.received, bytesFromUpstream: upstream.received, messages: messages)))
    }

    /// What the client is told, if it is still there: a server's 421 in its own words, here and nowhere else.
    private func sayLast(_ end: SessionEnd) {
        if case .serverClosing(let last) = end { return client.write(last.reply, .upstreamToClient) }
        let reply: Reply? =
            switch end {
            case .quit: Reply(221, "2.0.0", "Bye")
            case .clientGone, .serverClosing: nil
            case .clientTimeout: Reply(421, "4.4.2", "Timed out waiting for you")
            case .protocolError: Reply(421, "4.7.0", "Closing after protocol errors")
            case .tooManyTransactions: Reply(421, "4.7.0", "Too many transactions on one connection; connect again")
            case .needsNewSession(let reply): reply
            case .leg(let error): error.reply(for: peers.destination)
            case .draining: Reply(421, "4.3.2", "Weft is stopping; try again")
            }
        if let reply { client.write(reply, .weftToClient) }
    }

    private func endTransaction(by end: SessionEnd) {
        switch end {
        case .quit:
            endTransaction(.reset)
        case .serverClosing(let last) where last.phase == .data || last.phase == .message:
            transaction?.serverReply = last.reply
            endTransaction(.refused, reply: last.reply)
        default:
            endTransaction(.aborted)
        }
    }
}
