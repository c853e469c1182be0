import Basics
import FoundationEssentials
import Records

/// What the running daemon can be asked over its control socket.
package enum ControlRequest: Hashable, Sendable {
    /// Exempt a domain until then.
    case addOverride(domain: String, kind: OverrideKind = .any, until: Date, reason: String)
    /// End the exemption of a domain.
    case removeOverride(domain: String)
    /// Fetch the domain's MTA-STS policy now.
    case refreshPolicy(domain: String)
    /// Take the domain's MTA-STS policy out of the cache.
    case forgetPolicy(domain: String)
    /// Read the configuration again.
    case reload
    /// Say how it is.
    case status
    /// Say what was learned of servers, or of the one at this address.
    case learned(address: String?)
}

/// A request in one line of JSON: `{"command":"override-add","domain":"example.net","kind":"any","until":"2026-12-01T00:00:00.000Z","reason":"…"}`.
struct RequestMessage: Codable {
    enum Command: String, Codable {
        case overrideAdd = "override-add"
        case overrideRemove = "override-remove"
        case policiesRefresh = "policies-refresh"
        case policiesForget = "policies-forget"
        case reload, status, learned
    }

    var command: Command
    var domain: String?
    /// Absent: all of them.
    var address: String?
    /// Absent: any.
    var kind: OverrideKind?
    /// RFC 3339.
    var until: String?
    var reason: String?
    /// For whom the caller acts, when it is sudo that gave him his user id.
    var user: String?

    init(_ request: ControlRequest, user: String?) {
        self.user = user
        switch request {
        case .addOverride(let domain, let kind, let until, let reason):
            command = .overrideAdd
            self.domain = domain
            self.kind = kind
            self.until = RFC3339.text(until)
            self.reason = reason
        case .removeOverride(let domain):
            command = .overrideRemove
            self.domain = domain
        case .refreshPolicy(let domain):
            command = .policiesRefresh
            self.domain = domain
        case .forgetPolicy(let domain):
            command = .policiesForget
            self.domain = domain
        case .reload: command = .reload
        case .status: command = .status
        case .learned(let address):
            command = .learned
            self.address = address
        }
    }

    /// The request; nil when it lacks something.
    var request: ControlRequest? {
        switch command {
        case .overrideAdd:
            guard let domain, let until = until.flatMap(RFC3339.date), let reason else { return nil }
            return .addOverride(domain: domain, kind: kind ?? .any, until: until, reason: reason)
        case .overrideRemove: return domain.map { .removeOverride(domain: $0) }
        case .policiesRefresh: return domain.map { .refreshPolicy(domain: $0) }
        case .policiesForget: return domain.map { .forgetPolicy(domain: $0) }
        case .reload: return .reload
        case .status: return .status
        case .learned: return .learned(address: address)
        }
    }
}
