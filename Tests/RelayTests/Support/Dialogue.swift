@testable import Relay

let chunkSizes = [1, 2, 3, 5, 1000]

/// What mail clients say.
extension World {
    /// EHLO, in a turn of its own.
    func sayHello() { say(lines: "EHLO client.example") }

    /// MAIL and RCPT for each recipient, then DATA, in one write, as a client with PIPELINING does.
    func sayGroup(to recipients: String..., then: String = "DATA") {
        let commands = recipients.map { "RCPT TO:<\($0)>\r\n" }.joined()
        say("MAIL FROM:<a@client.example>\r\n\(commands)\(then)\r\n")
    }

    /// MAIL and RCPT, each in a turn of its own.
    func sayEnvelope(to recipients: String...) {
        say(lines: "MAIL FROM:<a@client.example>")
        for recipient in recipients { say(lines: "RCPT TO:<\(recipient)>") }
    }

    /// DATA and a message.
    func sayData() {
        say(lines: "DATA")
        say("Subject: x\r\n\r\nhello\r\n.\r\n")
    }

    /// A whole session with one message.
    func sayMessage(_ text: String = "Subject: x\r\n\r\nhello\r\n", to recipient: String = "b@example.net") {
        sayHello()
        sayEnvelope(to: recipient)
        say(lines: "DATA")
        say("\(text).\r\n")
        say(lines: "QUIT")
    }
}

/// The octets of a text.
func octets(_ text: String) -> [UInt8] { Array(text.utf8) }
