/// Whether a resolver, or all of them, can be relied on for DNSSEC.
public enum ProbeResult: Sendable, Hashable {
    /// The answer about the signed root came with an AD bit that is believed.
    case validates
    /// It answers, but not so that anything can be called secure. The detail tells an operator why.
    case doesNotValidate(String)
    /// No usable answer at all. The detail tells an operator why.
    case unreachable(String)
}

/// What one resolver showed.
public struct ServerProbe: Sendable, Hashable {
    /// The resolver: its address, and the port if it is not 53.
    public let server: String
    /// What it showed.
    public let result: ProbeResult
}

extension ProbeResult {
    /// What the answer to `. SOA` shows about `server`.
    init(_ result: Result<Reply, DNSFailure>, server: ServerLink) {
        switch result {
        case .failure(let failure) where failure.kind == .bogus:
            self = .doesNotValidate("\(server.name) finds the root zone itself bogus; check its trust anchor: \(failure.detail)")
        case .failure(let failure):
            self = .unreachable(failure.detail)
        case .success(let reply) where reply.status == .secure:
            self = .validates
        case .success(let reply) where reply.response.authenticData:
            self = .doesNotValidate("\(server.name) sets the AD bit, which is believed only from loopback or a resolver marked trusted")
        case .success:
            self = .doesNotValidate("\(server.name) does not set the AD bit for the signed root zone; enable DNSSEC validation in it")
        }
    }

    /// All resolvers together: any of them may be the one to answer, so each that answers must validate.
    init(_ probes: [ServerProbe]) {
        var unreachable: ProbeResult?
        for probe in probes {
            switch probe.result {
            case .doesNotValidate:
                self = probe.result
                return
            case .unreachable: unreachable = unreachable ?? probe.result
            case .validates: break
            }
        }
        if probes.contains(where: { $0.result == .validates }) {
            self = .validates
        } else {
            self = unreachable ?? .unreachable("no resolver is configured")
        }
    }
}
