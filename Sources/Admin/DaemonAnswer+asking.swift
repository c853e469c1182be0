import Doctor

extension DaemonAnswer {
    /// Asks the daemon at a control socket how it is.
    package static func asking(_ socket: String) async -> DaemonAnswer {
        do {
            guard case .status(let status) = try await ControlClient(path: socket).send(.status, timeout: .seconds(10)) else {
                return .unclear
            }
            return .running(status)
        } catch {
            return error.kind == .notRunning ? .notRunning : .unreachable(error.description)
        }
    }
}
