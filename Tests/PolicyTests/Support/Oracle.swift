import Basics
import DANE
import DNS
import Foundation
import MTASTS
import Records
import TLS

@testable import Policy

/// What authorises a leg, said once more and in another way than `decide` says it: as a list of objections. A leg on which nothing is left
/// to try is acceptable if nobody objects.
struct Oracle {
    let world: RandomEvidence

    private var evidence: DomainEvidence { world.evidence }
    private var leg: LegEvidence { world.leg }

    var objections: [String] {
        var objections: [String] = []
        func object(_ text: String, if condition: Bool) { if condition { objections.append(text) } }

        if let override = world.settings.override, noon < override.until {
            return shows(override.kind.least) ? [] : ["the override allows no such leg"]
        }
        let demandsDANE = world.settings.require == .dane
        let isUnknown = evidence.sts == .pending && world.settings.onPending == .defer
        switch evidence.mx {
        case .null: return ["the domain takes no mail"]
        case .failed: return ["the MX hosts are not known"]
        case .nonexistent:
            object("a policy is cached", if: enforced != nil)
            object("a policy may be there", if: isUnknown)
            object("DANE is demanded", if: demandsDANE)
            return objections
        case .records, .implicit: break
        }

        let here = evidence.hosts.filter { leg.hostsAtDestination.contains($0.host) }
        let isSomewhereElse = here.isEmpty
        let suspects = isSomewhereElse ? evidence.hosts : here
        let keyed = evidence.hosts.filter(provesKey)
        let named = evidence.hosts.filter(provesName)

        // A key that DNSSEC vouches for, from end to end, under its own name, outweighs everything else.
        if vouchedFor, keyed.contains(where: { isAskedFor($0.tlsaBase) }) { return [] }
        object(
            "a key matches, but the name it is for was not asked for",
            if: !keyed.isEmpty && !keyed.contains { isAskedFor($0.tlsaBase) })
        let isOther = isSomewhereElse && !named.isEmpty
        object("a host here has keys, and none matches", if: keyed.isEmpty && !isOther && suspects.contains(where: hasKeys))
        object("a host here is not known", if: !isOther && isHeldByErrors(suspects, isSomewhereElse: isSomewhereElse))
        object("DANE is demanded", if: demandsDANE)
        object("a policy may be there", if: isUnknown)
        object("no host of the policy is proven by name", if: enforced != nil && !named.contains { isAskedFor($0.host) })
        // Keys behind an insecure MX record count for as much as can be had.
        let isKeyed = keyed.contains { isAskedFor($0.tlsaBase) }
        object("a host here wants TLS", if: !isTLS && !isKeyed && enforced == nil && suspects.contains(where: wantsTLS))
        return objections
    }

    /// Who dials for a host asks for its certificate; who finds a leg that others use looks at the one that is there.
    private func isAskedFor(_ name: DomainName?) -> Bool { world.isLegShared || name == leg.serverName }

    private var isTLS: Bool { if case .established = leg.tls { true } else { false } }

    /// The server has shown so much, whoever asked for it.
    private func shows(_ least: SecurityLevel) -> Bool {
        let here = evidence.hosts.filter { leg.hostsAtDestination.contains($0.host) }
        let isKeyed = evidence.hosts.contains(where: provesKey)
        let isNamed = (here.isEmpty ? evidence.hosts : here).contains { host in
            if case .valid(let until)? = leg.authentication[host.host]?.pkix { noon <= until } else { false }
        }
        switch least {
        case .plaintext: return true
        case .unauthenticated: return isTLS
        case .pkix: return isTLS && (isNamed || isKeyed)
        case .daneInsecureMX: return isKeyed
        case .stsVerified, .routeVerified, .daneVerified: return isKeyed && vouchedFor
        }
    }

    private var vouchedFor: Bool {
        switch evidence.mx {
        case .records(_, .secure), .implicit(.secure), .null(.secure), .nonexistent(.secure): true
        default: false
        }
    }

    private var enforced: STSPolicy? {
        guard case .policy(let cached, _) = evidence.sts, cached.policy.mode == .enforce else { return nil }
        return cached.policy
    }

    /// TLSA is looked at for this domain at all.
    private var heedsTLSA: Bool { vouchedFor || world.settings.insecureMX != .off }

    /// A look-up that failed holds the mail up: of a host with the address; of any host when none was looked up well; and otherwise of one that
    /// the leg is not shown not to be.
    private func isHeldByErrors(_ suspects: [HostLookup], isSomewhereElse: Bool) -> Bool {
        let broken = suspects.filter(isBroken)
        let isKnownGood = suspects.contains { !isBroken($0) }
        guard isSomewhereElse, isKnownGood else { return !broken.isEmpty }
        let certified = suspects.filter(isCertified)
        if certified.contains(where: { !isBroken($0) }) { return false }
        return vouchedFor ? !broken.isEmpty : !certified.isEmpty
    }

    /// A certificate authority says that the peer is the host.
    private func isCertified(_ host: HostLookup) -> Bool {
        guard isTLS, case .valid(let until)? = leg.authentication[host.host]?.pkix else { return false }
        return noon <= until
    }

    private func isBroken(_ host: HostLookup) -> Bool {
        guard heedsTLSA else { return false }
        let family = leg.destination.isIPv6 ? host.addressStatus.ipv6 : host.addressStatus.ipv4
        if case .failed = family { return true }
        if case .failed = host.tlsa { return true }
        return false
    }

    private func usable(_ host: HostLookup) -> [TLSARecord] {
        guard case .records(let records) = host.tlsa else { return [] }
        return records.filter {
            (2...3).contains($0.usage) && $0.selector < 2 && [1: 32, 2: 64][$0.matchingType] == $0.data.count
        }
    }

    private func hasKeys(_ host: HostLookup) -> Bool {
        !isBroken(host) && !usable(host).isEmpty && (vouchedFor || world.settings.insecureMX == .dane)
    }

    private func wantsTLS(_ host: HostLookup) -> Bool {
        guard heedsTLSA, !isBroken(host), case .records = host.tlsa else { return false }
        return true
    }

    private func provesKey(_ host: HostLookup) -> Bool {
        guard isTLS, hasKeys(host), case .matched(let record, _)? = leg.authentication[host.host]?.dane,
            case .records(let published) = host.tlsa
        else { return false }
        return published.contains(record)
    }

    private func provesName(_ host: HostLookup) -> Bool {
        guard isTLS, let enforced, !isBroken(host), case .valid(let until)? = leg.authentication[host.host]?.pkix, noon <= until else {
            return false
        }
        let labels = host.host.text.split(separator: ".")
        let isAllowed = enforced.mx.contains { pattern in
            let wanted = pattern.lowercased().split(separator: ".")
            return wanted.count == labels.count && zip(wanted, labels).enumerated().allSatisfy { $0 == 0 && $1.0 == "*" || $1.0 == $1.1 }
        }
        return isAllowed && (!hasKeys(host) || (!vouchedFor && provesKey(host)))
    }
}
