import Basics
import TLS

/// The name that a handshake is begun with, and what it is worth.
enum ServerNameChoice {
    /// A guess, or none: it chooses which certificate is shown, and another may do as well.
    case guess(DomainName?)
    /// The name of the host that a policy wants to be shown.
    case wanted(DomainName)
    /// The same, of a server that did TLS under another name before, or without one.
    case better(DomainName?, than: DomainName?)

    var name: DomainName? {
        switch self {
        case .guess(let name): name
        case .wanted(let name): name
        case .better(let name, than: _): name
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

    /// The name with which a handshake that failed so may succeed: `.some(nil)` is none at all, nil that there is no other way.
    func other(after failure: TLSFailure) -> DomainName?? {
        switch self {
        case .guess(nil): nil
        case .guess: Self.isOfTheServer(failure) ? .some(nil) : nil
        case .wanted: failure.alert == Self.unrecognizedName ? .some(nil) : nil
        case .better(_, than: let known): .some(known)
        }
    }
}
