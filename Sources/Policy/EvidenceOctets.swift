import Basics
import DANE
import DNS

// What evidence owns on the heap, about: an estimate that errs upwards, for the bounds of the memories that hold it.

/// Octets that an allocation takes besides what is in it: the allocator's own and the header of an array or a string.
private let allocation = 48

private func octets(ofArray count: Int, of stride: Int) -> Int { count == 0 ? 0 : allocation + count * stride }

private func octets(of text: String) -> Int {
    // Up to 15 octets are in the value itself.
    text.utf8.count > 15 ? allocation + text.utf8.count : 0
}

extension Snapshot {
    /// What it owns with the evidence. What is worked out from it is counted where it is kept.
    var octets: Int { evidence.octets + MemoryLayout<DomainEvidence>.size + 512 }
}

extension DomainEvidence {
    /// What it owns on the heap.
    var octets: Int {
        var sum = Policy.octets(of: domain.text) + (expandedDomain.map { Policy.octets(of: $0.text) } ?? 0)
        sum += Policy.octets(ofArray: hosts.count, of: MemoryLayout<HostLookup>.stride) + hosts.reduce(0) { $0 + $1.octets }
        switch mx {
        case .records(let records, _):
            sum += Policy.octets(ofArray: records.count, of: MemoryLayout<MXRecord>.stride)
            sum += records.reduce(0) { $0 + Policy.octets(of: $1.exchange.text) }
        case .failed(let failure): sum += Policy.octets(of: failure.detail)
        case .implicit, .null, .nonexistent: break
        }
        // A policy is held as its text and as its patterns.
        if let policy = sts.policy { sum += 2 * policy.policy.text.utf8.count + 1024 }
        return sum
    }
}

extension HostLookup {
    /// What it owns on the heap.
    var octets: Int {
        var sum = Policy.octets(of: host.text) + Policy.octets(of: expandedName.text) + (tlsaBase.map { Policy.octets(of: $0.text) } ?? 0)
        sum += Policy.octets(ofArray: addresses.count, of: MemoryLayout<IPAddress>.stride)
        for status in [addressStatus.ipv4, addressStatus.ipv6] {
            if case .failed(let failure) = status { sum += Policy.octets(of: failure.detail) }
        }
        switch tlsa {
        case .records(let records):
            sum += Policy.octets(ofArray: records.count, of: MemoryLayout<TLSARecord>.stride)
            sum += records.reduce(0) { $0 + Policy.octets(ofArray: $1.data.count, of: 1) }
        case .failed(let failure): sum += Policy.octets(of: failure.detail)
        case .none: break
        }
        return sum
    }
}
