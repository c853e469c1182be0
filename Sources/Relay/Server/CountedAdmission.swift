import Basics
import NIOCore

/// Lets clients in until there are too many sessions, of all or of one.
struct CountedAdmission: Admission {
    /// Sessions at a time. A lower limit ends no session that is running.
    var sessionLimit: Int
    /// Sessions at a time from one client address.
    var clientLimit: Int
    private var isDraining = false
    private var nextNumber: UInt64 = 0
    private var open: Set<UInt64> = []
    /// Only clients that have a session, so that the count of the others takes no memory.
    private var perClient: [IPAddress: Int] = [:]

    init(sessionLimit: Int, clientLimit: Int) {
        self.sessionLimit = sessionLimit
        self.clientLimit = clientLimit
    }

    var count: Int { open.count }

    /// How many clients have a session.
    var clientCount: Int { perClient.count }

    /// How many sessions `client` has.
    func count(of client: IPAddress) -> Int { perClient[client, default: 0] }

    mutating func admit(_ client: IPAddress, at now: NIODeadline) -> AdmissionAnswer {
        guard !isDraining else { return .refused(.draining) }
        guard open.count < sessionLimit else { return .refused(.sessions(limit: sessionLimit)) }
        let own = count(of: client)
        guard own < clientLimit else { return .refused(.perClient(limit: clientLimit)) }
        perClient[client] = own + 1
        let ticket = AdmissionTicket(number: nextNumber, client: client)
        nextNumber += 1
        open.insert(ticket.number)
        return .admitted(ticket)
    }

    mutating func release(_ ticket: AdmissionTicket) {
        guard open.remove(ticket.number) != nil else { return }
        let own = count(of: ticket.client)
        perClient[ticket.client] = own > 1 ? own - 1 : nil
    }

    mutating func setLimits(_ limits: RelaySettings.Limits) {
        sessionLimit = limits.sessions
        clientLimit = limits.perClient
    }

    mutating func drain() { isDraining = true }
}
