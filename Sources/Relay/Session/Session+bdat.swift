import NIOCore
import SMTP

extension Session {
    /// BDAT (RFC 3030): exactly `size` octets follow, and are consumed whatever the answer will be.
    func bdat(_ line: ByteBuffer, size: Int, last: Bool) async throws(SessionEnd) {
        try await settle()
        guard let transaction, !transaction.isOver, transaction.recipientsAccepted > 0, let leg else {
            try await discard(size)
            // RFC 3030 2: after a failure the octets are accepted and discarded.
            return answer(
                transaction == nil || transaction?.isOver == true
                    ? Reply(503, "5.5.1", "Send MAIL and RCPT first") : Reply(554, "5.5.1", "No valid recipients"))
        }
        guard offered.contains("CHUNKING") else {
            try await discard(size)
            return try refuse(Reply(502, "5.5.1", "BDAT is not offered"))
        }
        // A server that does not know BDAT would run the octets as commands.
        guard leg.ehlo.offers("CHUNKING") else {
            try await discard(size)
            return answerMessage(withdraw(["CHUNKING"]))
        }
        transaction.usesBDAT = true
        transcript.add(.weftToUpstream, line)
        leg.send(line: line)
        if let end = try await passOn(size, to: leg) {
            return try answerLost(leg, end)
        }
        if last { return try await relayFinalReply(of: leg) }
        let reply: Reply
        do {
            reply = try await self.reply(from: leg, within: settings.timeouts.data, for: "the reply to BDAT")
        } catch {
            dropLeg(leg, error.text)
            throw SessionEnd(error)
        }
        let answer = protected(reply, to: "BDAT")
        write(answer, .upstreamToClient)
        // RFC 3030 2: after a failed BDAT the transaction is indeterminate, so only RSET makes sense.
        if !reply.isPositive { concludeTransaction(.refused, reply: answer) }
        if reply.code == 421 { throw .serverClosing }
    }

    /// Passes `size` octets on; returns why the leg ended if it did. The octets are consumed all the same.
    private func passOn(_ size: Int, to leg: Leg) async throws(SessionEnd) -> StreamEnd? {
        var left = size
        var lost: StreamEnd?
        var deadline = clock.now + settings.timeouts.data
        while left > 0 {
            client.pump()
            while lost != nil || leg.stream.isWritable, let chunk = client.input.next(atMost: left) {
                deadline = clock.now + settings.timeouts.data
                left -= chunk.readableBytes
                transaction?.messageBytes += chunk.readableBytes
                if lost == nil {
                    transaction?.content.take(chunk)
                    leg.send(data: chunk)
                }
            }
            if left == 0 { break }
            leg.stream.pump()
            if lost == nil { lost = leg.stream.end }
            try await waitForOctets(until: deadline, leg: leg)
        }
        return lost
    }

    /// Reads `size` octets and drops them.
    private func discard(_ size: Int) async throws(SessionEnd) {
        var left = size
        var deadline = clock.now + settings.timeouts.data
        while left > 0 {
            client.pump()
            while let chunk = client.input.next(atMost: left) {
                deadline = clock.now + settings.timeouts.data
                left -= chunk.readableBytes
            }
            if left > 0 { try await waitForOctets(until: deadline, leg: nil) }
        }
    }

    private func waitForOctets(until deadline: NIODeadline, leg: Leg?) async throws(SessionEnd) {
        if client.end != nil, client.input.isEmpty {
            if let leg { dropLeg(leg, "client closed the connection within BDAT") }
            throw .clientGone
        }
        if clock.now >= deadline {
            throw leg.map(stalled) ?? .clientTimeout
        }
        try await wait(until: deadline)
    }
}
