import Basics
import DANE
import DNS
import Records
import Synchronization

/// What TLSA look-ups make of an MX host.
enum HostClass: Hashable {
    /// Usable TLSA records: the leg must match one (RFC 7672 2.2).
    case dane
    /// Secure TLSA records, all unusable, or a host whose records only demand encryption here: TLS is required (RFC 7672 2.2).
    case encrypt
    /// A look-up failed: nothing may be delivered through this host (RFC 7672 2.1.2).
    case error(DNSFailure)
    /// No TLSA records apply.
    case free
}

extension HostLookup {
    /// The class of this host for a leg of the given address family.
    ///
    /// A failed AAAA look-up does not stand in the way of a leg over IPv4 whose own look-up succeeded, nor the reverse; an answer that
    /// the leg does not use demands nothing (RFC 7672 2.1.2: an error concerns the address it is about).
    func hostClass(overIPv6: Bool, mxSecure: Bool, insecureMX: DecisionSettings.InsecureMX) -> HostClass {
        // RFC 7672 2.2.1: with an insecure MX record a client may ignore TLSA, encrypt only, or use it.
        if !mxSecure && insecureMX == .off { return .free }
        if case .failed(let failure) = addressStatus[overIPv6 ? .ipv6 : .ipv4] { return .error(failure) }
        switch tlsa {
        case .failed(let failure): return .error(failure)
        case .none: return .free
        case .records(let records):
            guard
                records.contains(where: { $0.matchingType != 0 && $0.usability == .usable })
                    || records.contains(where: WholeRecords.isUsable)
            else { return .encrypt }
            return !mxSecure && insecureMX == .encrypt ? .encrypt : .dane
        }
    }
}

extension HostLookup {
    /// What DNSSEC says of the addresses that a leg of this family uses; nil when there are none.
    func addressStatus(overIPv6: Bool) -> LookUpStatus? {
        switch addressStatus[overIPv6 ? .ipv6 : .ipv4] {
        case .secure: .secure
        case .insecure: .insecure
        case .empty: nil
        case .failed(let failure): failure.status
        }
    }

    /// What DNSSEC says of the TLSA records; nil when there are none.
    var tlsaStatus: LookUpStatus? {
        switch tlsa {
        case .records: .secure
        case .none: nil
        case .failed(let failure): failure.status
        }
    }
}

/// What is known of TLSA records that hold a whole certificate or key: to tell whether one can be used it has to be parsed, which takes
/// longer than all the rest of a decision.
private enum WholeRecords {
    /// Octets of data up to which a record is remembered.
    private static let longestData = 16_384
    private static let known = Mutex(BoundedCache<TLSARecord, Bool, Never>(capacity: 1024, octetLimit: 2 << 20))

    static func isUsable(_ record: TLSARecord) -> Bool {
        guard record.matchingType == 0 else { return false }
        guard record.data.count <= longestData else { return record.usability == .usable }
        if let known = known.withLock({ $0.value(for: record) }) { return known }
        let isUsable = record.usability == .usable
        known.withLock { $0.store(isUsable, for: record, octets: record.data.count) }
        return isUsable
    }
}
