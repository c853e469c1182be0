import Reports

/// What one check of `weft doctor` found.
package struct Finding: View, Encodable, Hashable {
    package enum State: String, Encodable, Sendable {
        /// As it should be.
        case ok
        /// Weft runs, with a reservation.
        case warn
        /// Weft does not run so, or does not do what it is for.
        case fail
    }

    /// What was checked: `journal`, `resolver`, ...
    package var check: String
    package var state: State
    package var message: String
    /// What to do about it.
    @Nullable package var remedy: String?

    package static func ok(_ check: String, _ message: String) -> Finding {
        Finding(check: check, state: .ok, message: message, remedy: nil)
    }

    package static func warn(_ check: String, _ message: String, _ remedy: String) -> Finding {
        Finding(check: check, state: .warn, message: message, remedy: remedy)
    }

    package static func fail(_ check: String, _ message: String, _ remedy: String) -> Finding {
        Finding(check: check, state: .fail, message: message, remedy: remedy)
    }

    /// One line, and another for the remedy.
    package func text(_ style: Style) -> String {
        let colour: Style.Colour =
            switch state {
            case .ok: .green
            case .warn: .yellow
            case .fail: .red
            }
        func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }
        let line = style.colour(colour, padded(state.rawValue, 6)) + style.dim(padded(check, 15)) + message.printable
        return line + "\n" + (remedy.map { padded("", 21) + "-> " + $0.printable + "\n" } ?? "")
    }
}
