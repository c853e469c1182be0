import Basics

/// Why the relay cannot run.
public enum RelayError: Error, CustomStringConvertible {
    /// An address cannot be listened on.
    case listen(address: Endpoint, index: Int, reason: String)

    /// Which of the configured addresses.
    public var index: Int {
        switch self {
        case .listen(_, let index, _): index
        }
    }

    /// What to tell the operator.
    public var description: String {
        switch self {
        case .listen(let address, _, let reason):
            "cannot listen on \(address): \(reason); is another process using the port, or the address not configured on this machine?"
        }
    }
}
