extension UInt8 {
    var isLineEnd: Bool { self == .carriageReturn || self == .lineFeed }
}

extension DataScanner {
    /// What stands before a line.
    enum LineStart: Sendable {
        case startOfData, crlf, bareLF, bareCR

        /// Whether a dot here can be the end of the data.
        var isExact: Bool { self == .startOfData || self == .crlf }
    }

    /// What the last octets were.
    enum State: Sendable {
        /// Nothing that could begin an end of data.
        case text
        /// A line end. After a bare CR the LF may still come.
        case lineStart(LineStart)
        /// A line end and a dot.
        case dot(LineStart)
        /// A line end, a dot, and a CR; only behind an exact line end.
        case dotCR(LineStart)
        case ended
        /// A smuggled end of data; the octet that showed it.
        case smuggled(ScanResult.Smuggling, by: UInt8)

        /// The state after `octets[start..<end]` if the state before was `text` and no octet in there is a dot behind a line end.
        init(after octets: UnsafeRawBufferPointer, from start: Int, to end: Int) {
            guard end > start, octets[end - 1].isLineEnd else {
                self = .text
                return
            }
            if octets[end - 1] == .carriageReturn {
                self = .lineStart(.bareCR)
            } else if end - 1 > start, octets[end - 2] == .carriageReturn {
                self = .lineStart(.crlf)
            } else {
                self = .lineStart(.bareLF)
            }
        }

        /// What is held back in this state: all that may belong to an end of data.
        var held: StaticString {
            switch self {
            case .text, .ended, .smuggled, .lineStart(.startOfData): ""
            case .lineStart(.crlf): "\r\n"
            case .lineStart(.bareLF): "\n"
            case .lineStart(.bareCR): "\r"
            case .dot(.startOfData): "."
            case .dot(.crlf): "\r\n."
            case .dot(.bareLF): "\n."
            case .dot(.bareCR): "\r."
            case .dotCR(.startOfData): ".\r"
            case .dotCR: "\r\n.\r"
            }
        }

        var isFinal: Bool {
            switch self {
            case .ended, .smuggled: true
            case .text, .lineStart, .dot, .dotCR: false
            }
        }

        var outcome: ScanResult.Outcome {
            switch self {
            case .ended: .end
            case .smuggled(let smuggling, _): .smuggling(smuggling)
            case .text, .lineStart, .dot, .dotCR: .more
            }
        }

        /// The state after one more octet.
        func next(_ octet: UInt8) -> State {
            switch self {
            case .text:
                return Self.afterLineEnd(octet)
            case .lineStart(let start):
                if octet == .dot { return .dot(start) }
                if octet == .lineFeed, start == .bareCR { return .lineStart(.crlf) }
                return Self.afterLineEnd(octet)
            case .dot(let start):
                guard octet.isLineEnd else { return .text }
                guard start.isExact else { return .smuggled(.before, by: octet) }
                return octet == .carriageReturn ? .dotCR(start) : .smuggled(.after, by: octet)
            case .dotCR:
                return octet == .lineFeed ? .ended : .smuggled(.after, by: octet)
            case .ended, .smuggled:
                return self
            }
        }

        /// Where the data goes on for one who holds that it ends at CRLF "." CRLF and nowhere else: the state itself unless it is `smuggled`.
        var pastSmuggling: State {
            guard case .smuggled(_, let octet) = self else { return self }
            // The octet ends a line, or follows a bare CR behind the dot.
            return octet == .lineFeed ? .lineStart(.bareLF) : State.lineStart(.bareCR).next(octet)
        }

        private static func afterLineEnd(_ octet: UInt8) -> State {
            switch octet {
            case .carriageReturn: .lineStart(.bareCR)
            case .lineFeed: .lineStart(.bareLF)
            default: .text
            }
        }
    }
}
