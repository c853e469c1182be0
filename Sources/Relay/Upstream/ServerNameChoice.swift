import Basics
import TLS

/// The name that a handshake is begun with, and what it is worth.
enum ServerNameChoice {
    /// A guess, or none: it chooses which certificate is shown, and another may do as well.
    case guess(DomainName?)
    /// The name of the host that a policy wants to be shown.
    case wanted(DomainName)

    var name: DomainName? {
        switch self {
        case .guess(let name): name
        case .wanted(let name): name
        }
    }

    /// The alert unrecognized_name (RFC 6066 9).
    private static let unrecognizedName = 112

    /// Whether the server ended the handshake, or let it rest, for a reason that may be anything.
    private static func isOfTheServer(_ failure: TLSFailure) -> Bool {
        switch failure.kind {
        case .remoteAlert, .closed, .io, .timeout: true
        case .localAlert, .protocolVersion, .internal: false
        }
    }

    /// Whether a handshake that failed so may succeed without the name.
    func mayBeWrong(after failure: TLSFailure) -> Bool {
        switch self {
        case .guess(nil): false
        case .guess: Self.isOfTheServer(failure)
        case .wanted: failure.alert == Self.unrecognizedName
        }
    }
}
