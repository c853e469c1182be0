import Basics
import NIOCore

/// Who may open a session now.
///
/// A value that knows no sockets: the server keeps it under its lock, asks it at each accept, and tells it of each session's end.
protocol Admission: Sendable {
    /// Sessions that were let in and are not over.
    var count: Int { get }
    /// Lets `client` in, or says why not.
    mutating func admit(_ client: IPAddress, at now: NIODeadline) -> AdmissionAnswer
    /// The session of `ticket` is over. Only the first time counts.
    mutating func release(_ ticket: AdmissionTicket)
    /// From now on goes by these limits; ends no session that is running.
    mutating func setLimits(_ limits: RelaySettings.Limits)
    /// From now on lets nobody in.
    mutating func drain()
}

/// What a client that wants to open a session is told.
enum AdmissionAnswer: Hashable, Sendable {
    case admitted(AdmissionTicket)
    case refused(AdmissionRefusal)
}

/// The place of one session.
struct AdmissionTicket: Hashable, Sendable {
    /// No two tickets of an admission have the same.
    let number: UInt64
    let client: IPAddress
}
