import Basics
import NIOCore
import TLS
import TestSupport
import Testing

@testable import Relay

/// The server at the destination, or one connection to it: answers each command as its script says, else as a well-behaved server does.
final class ScriptedServer {
    /// What the server does about a command.
    enum Act {
        /// Says this; the line end is added.
        case reply(String)
        case silence
        case close
        case replyAndClose(String)
    }

    /// How STARTTLS goes, once it was answered with 220.
    enum Handshake {
        case completes
        case fails(TLSFailure)
    }

    var greeting = "220 mx1.example.net ESMTP"
    var keywords = ["PIPELINING", "SIZE 1000000", "8BITMIME", "SMTPUTF8", "DSN", "CHUNKING", "ENHANCEDSTATUSCODES"]
    /// Nil: STARTTLS is not offered.
    var handshake: Handshake?
    /// Does not know EHLO.
    var knowsOnlyHELO = false
    /// Says no greeting.
    var isSilent = false
    let stream = ScriptedStream()

    /// Command lines received. "TLS" stands where the handshake was completed.
    private(set) var lines: [String] = []
    /// Messages taken, as they came: with the dots, without the end of the data.
    private(set) var messages: [[UInt8]] = []
    /// Octets of a message whose end has not come.
    private(set) var data: [UInt8] = []
    private(set) var chunks: [[UInt8]] = []
    /// Names asked for in the handshake.
    private(set) var serverNames: [DomainName?] = []
    /// Called for each command before it is answered.
    var onCommand: (String) -> Void = { _ in }
    /// Called when the handshake is over.
    var onTLS: () -> Void = {}

    private var acts: [(prefix: String, act: Act)] = []
    private var unread: [UInt8] = []
    private var isReadingData = false
    private var chunkLeft: Int?
    private var isLastChunk = false

    init() {
        stream.onSend = { [unowned self] in receive($0) }
    }

    /// The server answers a command that begins with `prefix` so. "." is the end of the data.
    func on(_ prefix: String, _ act: Act) { acts.insert((prefix, act), at: 0) }

    func on(_ prefix: String, _ reply: String) { on(prefix, .reply(reply)) }

    /// The commands of one kind received.
    func commands(_ verb: String) -> [String] { lines.filter { $0.hasPrefix(verb) } }

    /// How the session left the connection.
    var closing: ScriptedStream.Closing? { stream.closing }

    func accept() {
        if !isSilent { say(greeting) }
    }

    /// Says something unasked.
    func say(_ text: String) { stream.say((text + "\r\n").utf8) }

    func startTLS(serverName: DomainName?) -> Handshake {
        lines.append("TLS")
        serverNames.append(serverName)
        onTLS()
        return handshake ?? .fails(TLSFailure(kind: .protocolVersion, detail: "no TLS here"))
    }

    // MARK: What the session says

    private func receive(_ bytes: [UInt8]) {
        unread += bytes
        while true {
            if isReadingData {
                guard takeData() else { return }
            } else if chunkLeft != nil {
                guard takeChunk() else { return }
            } else {
                guard let end = unread.firstRange(of: Array("\r\n".utf8)) else { return }
                let line = String(decoding: unread[..<end.lowerBound], as: UTF8.self)
                unread.removeSubrange(..<end.upperBound)
                take(line)
            }
        }
    }

    private func take(_ line: String) {
        lines.append(line)
        onCommand(line)
        let words = line.split(separator: " ")
        if words.first?.uppercased() == "BDAT" {
            chunkLeft = Int(words[1])
            isLastChunk = words.count > 2
            chunks.append([])
            return
        }
        let act = acts.first { line.hasPrefix($0.prefix) }?.act ?? usual(line)
        perform(act)
        if line == "DATA", case .reply(let text) = act, text.hasPrefix("354") { isReadingData = true }
    }

    private func usual(_ line: String) -> Act {
        switch line.split(separator: " ").first?.uppercased() ?? "" {
        case "EHLO":
            if knowsOnlyHELO { return .reply("502 5.5.1 what") }
            let offersTLS = handshake != nil && !lines.contains("TLS")
            let all = ["mx1.example.net"] + keywords + (offersTLS ? ["STARTTLS"] : [])
            return .reply(all.dropLast().map { "250-\($0)\r\n" }.joined() + "250 \(all.last ?? "")")
        case "HELO": return .reply("250 mx1.example.net")
        case "STARTTLS": return .reply("220 2.0.0 go ahead")
        case "MAIL": return .reply("250 2.1.0 sender ok")
        case "RCPT": return .reply("250 2.1.5 recipient ok")
        case "DATA": return .reply("354 send it")
        case "RSET", "NOOP": return .reply("250 2.0.0 fine")
        case "QUIT": return .replyAndClose("221 2.0.0 bye")
        default: return .reply("500 5.5.2 unknown")
        }
    }

    private func perform(_ act: Act) {
        switch act {
        case .reply(let text): say(text)
        case .silence: break
        case .close: stream.say(end: .closed)
        case .replyAndClose(let text):
            say(text)
            stream.say(end: .closed)
        }
    }

    private func takeData() -> Bool {
        let searched = max(0, data.count - 4)
        data += unread
        unread = []
        let mark = Array("\r\n.\r\n".utf8)
        let isEmptyMessage = data.starts(with: mark.dropFirst(2))
        guard let end = isEmptyMessage ? 0..<3 : data[searched...].firstRange(of: mark) else { return false }
        messages.append(isEmptyMessage ? [] : Array(data[..<(end.lowerBound + 2)]))
        unread = Array(data[end.upperBound...])
        data = []
        isReadingData = false
        perform(acts.first { $0.prefix == "." }?.act ?? .reply("250 2.0.0 queued"))
        return true
    }

    private func takeChunk() -> Bool {
        guard let left = chunkLeft else { return true }
        let part = unread.prefix(left)
        chunks[chunks.count - 1] += part
        unread.removeFirst(part.count)
        chunkLeft = left - part.count
        guard chunkLeft == 0 else { return false }
        chunkLeft = nil
        let line = lines.last ?? ""
        perform(acts.first { $0.prefix != "." && line.hasPrefix($0.prefix) }?.act ?? .reply("250 2.0.0 chunk taken"))
        return true
    }
}
