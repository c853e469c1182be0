import NIOCore
import SMTP
import Testing

@testable import Relay

@Suite struct ReplyQueueTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func queue() -> ReplyQueue<String> { ReplyQueue(patience: .seconds(10)) }

    private func answers(_ queue: inout ReplyQueue<String>) -> [String] {
        var texts: [String] = []
        while let answer = queue.nextAnswer() { texts.append(answer.text) }
        return texts
    }

    @Test func `with nothing before it an answer goes at once`() {
        var queue = queue()
        queue.append(Reply(250, nil, "one"))
        queue.append(Reply(250, nil, "two"))
        #expect(queue.outstanding == 0)
        #expect(answers(&queue) == ["one", "two"])
        #expect(queue.count == 0)
    }

    @Test func `an answer waits behind the replies that are owed before it`() {
        var queue = queue()
        queue.append("MAIL", at: Self.start)
        queue.append(Reply(250, nil, "one"))
        queue.append("RCPT", at: Self.start)
        queue.append(Reply(250, nil, "two"))
        #expect([queue.count, queue.outstanding] == [4, 2])
        #expect(answers(&queue) == [])
        #expect(queue.takeOldest(at: Self.start) == "MAIL")
        #expect(answers(&queue) == ["one"])
        #expect(queue.takeOldest(at: Self.start) == "RCPT")
        #expect(answers(&queue) == ["two"])
        #expect([queue.count, queue.outstanding] == [0, 0])
    }

    @Test func `replies are matched with commands in the order in which these were sent`() {
        var queue = queue()
        for number in 0..<100 { queue.append("\(number)", at: Self.start + .seconds(Int64(number))) }
        for number in 0..<100 {
            #expect(queue.oldest?.sentAt == Self.start + .seconds(Int64(number)))
            #expect(queue.takeOldest(at: Self.start) == "\(number)")
        }
        #expect(queue.takeOldest(at: Self.start) == nil)
        #expect(queue.outstanding == 0)
    }

    @Test func `a reply is not matched over an answer that is still to be sent`() {
        var queue = queue()
        queue.append(Reply(250, nil, "one"))
        queue.append("RCPT", at: Self.start)
        #expect(queue.oldest == nil)
        #expect(queue.takeOldest(at: Self.start) == nil)
        #expect(queue.outstanding == 1)
        #expect(answers(&queue) == ["one"])
        #expect(queue.takeOldest(at: Self.start) == "RCPT")
    }

    @Test func `each reply has its time, from the one before it`() {
        var queue = queue()
        #expect(queue.deadline == .distantFuture)
        queue.append("MAIL", at: Self.start)
        queue.append("RCPT", at: Self.start + .seconds(5))
        #expect(queue.deadline == Self.start + .seconds(10))
        _ = queue.takeOldest(at: Self.start + .seconds(9))
        #expect(queue.deadline == Self.start + .seconds(19))
        _ = queue.takeOldest(at: Self.start + .seconds(12))
        #expect(queue.deadline == .distantFuture)
    }
}
