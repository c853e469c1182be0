import Basics
import DNS

/// The search for the TLSA records of one host.
struct TLSASearch {
    /// What was found.
    struct Finding {
        var base: DomainName?
        var outcome: HostLookup.TLSAOutcome
        /// Seconds; `nil` if nothing was asked or answered.
        var ttl: Int?
    }

    let port: Int
    let resolver: any Resolver
    let refresh: Bool

    /// For a host with secure addresses (RFC 7672 2.2.3): at the name after CNAMEs first, then at the original one, at none between. An error
    /// at the first is an error.
    func secureHost(_ host: DomainName, expanded: DomainName) async -> Finding {
        let first = await records(at: expanded)
        guard expanded != host, case .none(let reason) = first.outcome else { return first }
        var second = await records(at: host)
        if case .none(.noRecords) = second.outcome { second.outcome = .none(reason) }
        second.ttl = second.ttl.map { min($0, first.ttl ?? $0) }
        return second
    }

    /// For a host with insecure addresses behind a CNAME: if the CNAME itself is secure, the records at the original name count
    /// (RFC 7672 2.2.2).
    func hostWithInsecureTarget(_ host: DomainName) async -> Finding {
        do throws(DNSFailure) {
            let alias = try await resolver.cname(host, refresh: refresh)
            guard alias.status == .secure, !alias.records.isEmpty else {
                return Finding(outcome: .none(.insecureAddress), ttl: alias.ttl)
            }
            var finding = await records(at: host)
            finding.ttl = finding.ttl.map { min($0, alias.ttl) }
            return finding
        } catch {
            return Finding(base: host, outcome: .failed(error))
        }
    }

    private func records(at base: DomainName) async -> Finding {
        do throws(DNSFailure) {
            // RFC 6698 3: the port and the transport are labels before the base domain.
            guard let name = base.below("_\(port)._tcp") else {
                throw DNSFailure(.malformed, "\(base) is too long for names below it")
            }
            let answer = try await resolver.tlsa(name, refresh: refresh)
            guard !answer.records.isEmpty else { return Finding(outcome: .none(.noRecords), ttl: answer.ttl) }
            guard answer.status == .secure else { return Finding(outcome: .none(.insecureTLSA), ttl: answer.ttl) }
            return Finding(base: base, outcome: .records(answer.records), ttl: answer.ttl)
        } catch {
            return Finding(base: base, outcome: .failed(error))
        }
    }
}
