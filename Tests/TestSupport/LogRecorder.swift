public import Logging
import Synchronization

/// Keeps what is logged from `notice` up.
public final class LogRecorder: Sendable {
    private let entries = Mutex<[String]>([])

    /// Nothing is logged yet.
    public init() {}

    /// `level: message`, in order.
    public var lines: [String] { entries.withLock { $0 } }

    /// Logs here.
    public var logger: Logger { Logger(label: "test") { _ in Handler(recorder: self) } }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.notice

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            recorder.entries.withLock { $0.append("\(event.level): \(event.message)") }
        }
    }
}
