import Basics
import FoundationEssentials
import Journal
import NIOCore
import SMTP

extension Session {
    /// How long a server gets to answer QUIT before the connection is closed anyway.
    private static let farewell = TimeAmount.seconds(2)

    /// Tells both sides, closes both, and closes the books.
    func finish(_ end: SessionEnd) async {
        if let reply = lastReply(end) { write(reply, .weftToClient) }
        flush()
        switch end {
        case .quit:
            endTransaction(.reset)
        default:
            endTransaction(.aborted)
        }
        client.close()
        await closeLeg(end)
        clock.stop()
        let received = bytesFromEarlierLegs + (leg?.stream.received ?? 0)
        transcript.record(
            .closed(
                ConnectionClosed(
                    id: id, at: Date(), reason: end.reason, helo: (hello?.name).map { printable($0, limit: 255) },
                    bytesFromClient: client.received, bytesFromUpstream: received, messages: messages)))
    }

    /// What the client is told, if it is still there and has not been told.
    private func lastReply(_ end: SessionEnd) -> Reply? {
        switch end {
        case .quit: Reply(221, "2.0.0", "Bye")
        case .clientGone, .serverClosing: nil
        case .clientTimeout: Reply(421, "4.4.2", "Timed out waiting for you")
        case .protocolError: Reply(421, "4.7.0", "Closing after protocol errors")
        case .tooManyTransactions: Reply(421, "4.7.0", "Too many transactions on one connection; connect again")
        case .leg(let error): error.reply(for: peers.destination)
        case .draining: Reply(421, "4.3.2", "Weft is stopping; try again")
        }
    }

    /// QUIT towards an idle server, so that it sees an orderly end; anything else is cut off.
    private func closeLeg(_ end: SessionEnd) async {
        guard let leg else { return }
        // Between MAIL and the end of the data nothing can be delivered, so QUIT is safe as soon as no data has begun.
        guard leg.stream.end == nil, !isBroken(end) else { return leg.stream.abort() }
        transcript.add(.weftToUpstream, text: "QUIT")
        leg.send("QUIT")
        leg.flush()
        let deadline = clock.now + Self.farewell
        while clock.now < deadline, leg.stream.end == nil {
            guard let reply = try? leg.nextReply() else {
                await clock.wait(for: signal, until: deadline)
                continue
            }
            transcript.add(.upstreamToWeft, reply)
            if reply.code == 221 || reply.code == 421 { break }
        }
        leg.stream.close()
    }

    private func isBroken(_ end: SessionEnd) -> Bool {
        switch end {
        case .leg, .serverClosing: true
        case .quit, .clientGone, .clientTimeout, .protocolError, .tooManyTransactions, .draining: false
        }
    }
}
