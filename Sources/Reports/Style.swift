import FoundationEssentials
import Glibc

/// How text is shown: in colour and cut to a width on a terminal, whole and plain anywhere else.
package struct Style: Sendable {
    package enum Colour: Int, Sendable {
        case red = 31
        case green = 32
        case yellow = 33
        case cyan = 36
    }

    package var isColoured: Bool
    /// Columns that lines should fit; nil: as wide as they are.
    package var width: Int?
    /// The moment that relative times are told from.
    package var now: Date

    package init(isColoured: Bool, width: Int?, now: Date = Date()) {
        self.isColoured = isColoured
        self.width = width
        self.now = now
    }

    /// For files and pipes.
    package static var plain: Style { Style(isColoured: false, width: nil) }

    /// For standard output as it is.
    ///
    /// Colour is left out when `NO_COLOR` is set (https://no-color.org) or `TERM` is `dumb`.
    package static func standardOutput() -> Style {
        guard isatty(STDOUT_FILENO) == 1 else { return .plain }
        let forbidsColour = environment("NO_COLOR")?.isEmpty == false || environment("TERM") == "dumb"
        return Style(isColoured: !forbidsColour, width: max(40, terminalWidth() ?? 80))
    }

    package func bold(_ text: String) -> String { wrap(text, "1") }

    package func dim(_ text: String) -> String { wrap(text, "2") }

    package func colour(_ colour: Colour?, _ text: String) -> String {
        colour.map { wrap(text, String($0.rawValue)) } ?? text
    }

    private func wrap(_ text: String, _ code: String) -> String {
        isColoured && !text.isEmpty ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }

    private static func terminalWidth() -> Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
