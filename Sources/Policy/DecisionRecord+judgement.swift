import Basics
import DNS
import FoundationEssentials
import MTASTS
import Records
import TLS

/// Whose recipient a decision is about: what the journal records besides the judgement.
public struct DecisionSubject: Sendable {
    /// Names the decision.
    public var id: RecordID
    /// The session it was made in.
    public var connection: RecordID
    /// Which transaction of the session.
    public var transaction: Int
    /// The client's address.
    public var client: IPAddress
    /// The source address of the leg, nil when the system chose.
    public var source: IPAddress?
    /// The reverse path, empty for `<>`.
    public var sender: String
    /// The recipient's address.
    public var recipient: String
    /// Where the recipient is.
    public var domain: RecipientDomain
    /// The reply that Weft gives; nil when the server's own is relayed.
    public var reply: String?
    /// Milliseconds that the handshake of the leg took.
    public var handshakeMilliseconds: Int?

    /// A recipient.
    public init(
        id: RecordID, connection: RecordID, transaction: Int, client: IPAddress, source: IPAddress?, sender: String, recipient: String,
        domain: RecipientDomain, reply: String?, handshakeMilliseconds: Int?
    ) {
        self.id = id
        self.connection = connection
        self.transaction = transaction
        self.client = client
        self.source = source
        self.sender = sender
        self.recipient = recipient
        self.domain = domain
        self.reply = reply
        self.handshakeMilliseconds = handshakeMilliseconds
    }
}

extension Judgement {
    /// What to journal: the evidence and the certificates it names, then the decision that refers to them.
    public func journalEvents(_ verdict: Verdict, subject: DecisionSubject, chain: CertificateChain?) -> [Event] {
        var events: [Event] = []
        events.reserveCapacity(5 + (chain?.certificateDigests.count ?? 0))
        var record = decision(verdict, subject: subject)
        let inputs = DecisionInputs(leg: leg, settings: settings, attempts: attempts)
        let encoded = snapshot?.encoded(inputs) ?? EncodedEvidence(inputs)
        if let snapshot {
            for certificate in chain.map(snapshot.records(of:)) ?? [] { events.append(.certificate(certificate)) }
            let (domain, document) = snapshot.encoded
            if let document {
                events.append(.evidence(EvidenceRecord(digest: document.digest, kind: DomainEvidence.documentKind, body: document.body)))
            }
            events.append(.evidence(EvidenceRecord(digest: domain.digest, kind: DomainEvidence.kind, body: domain.body)))
            record.evidenceDigest = domain.digest
        }
        events.append(
            .evidence(
                EvidenceRecord(digest: encoded.digest, kind: DecisionInputs.kind, body: encoded.body, certificates: leg.certificates)))
        record.legDigest = encoded.digest
        events.append(.decision(record))
        return events
    }

    private func decision(_ verdict: Verdict, subject: DecisionSubject) -> DecisionRecord {
        var tls = DecisionRecord.TLS(level: verdict.level)
        if case .established(let info) = leg.tls {
            tls.version = info.version
            tls.cipher = info.cipher
            tls.resumed = info.resumed
            tls.sni = leg.serverName
            tls.certificateSHA256 = leg.certificates.first
        }
        var sts: DecisionRecord.STS?
        if case .policy(let cached, _)? = snapshot?.evidence.sts {
            sts = DecisionRecord.STS(
                id: cached.id, mode: cached.policy.mode, mx: Self.shown(cached.policy.mx), maxAge: cached.policy.maxAge,
                fetchedAt: cached.fetchedAt)
        }
        return DecisionRecord(
            id: subject.id, at: at, connection: subject.connection, transaction: subject.transaction, client: subject.client,
            destination: leg.destination, source: subject.source, sender: subject.sender, recipient: subject.recipient,
            domain: subject.domain, policy: verdict.policy, enforcement: settings.enforcement, action: verdict.action, would: verdict.would,
            reason: verdict.reason, resultType: verdict.resultType, detail: detail(verdict), reply: subject.reply, mx: verdict.host,
            tls: tls, dns: dnsStatus(verdict.host), sts: sts,
            timing: DecisionRecord.Timing(
                dnsMilliseconds: snapshot.map { Double($0.dnsMilliseconds) }, stsMilliseconds: snapshot?.stsMilliseconds.map(Double.init),
                policyMilliseconds: Double(waitedMilliseconds),
                tlsMilliseconds: subject.handshakeMilliseconds.map(Double.init)))
    }

    /// The first patterns of a policy, in 1 KiB: a decision is read by people, and all of them are in its evidence.
    private static func shown(_ patterns: [String]) -> [String] {
        var left = 1024
        let first = patterns.prefix { pattern in
            left -= pattern.utf8.count
            return left >= 0
        }
        return first.count == patterns.count ? patterns : first + ["..."]
    }

    /// The verdict's sentence, with why the leg is in clear although the server offers TLS.
    private func detail(_ verdict: Verdict) -> String {
        let cause: String? =
            switch leg.tls {
            case .failed(let failure): failure.detail
            case .refused(let code, _): "STARTTLS was answered \(code)"
            case .notOffered, .established: nil
            }
        guard let cause, !verdict.detail.contains(cause) else { return verdict.detail }
        return "\(verdict.detail); in clear: \(cause)"
    }

    /// DNSSEC status of the look-ups, as far as they bear on the verdict: those of its host, or of the hosts at the destination.
    private func dnsStatus(_ host: DomainName?) -> DecisionRecord.DNS {
        guard let evidence = snapshot?.evidence else { return DecisionRecord.DNS() }
        let concerned = evidence.hosts.first { $0.host == host } ?? evidence.hosts.first { leg.hostsAtDestination.contains($0.host) }
        return DecisionRecord.DNS(
            mx: evidence.mx.status, address: concerned?.addressStatus(overIPv6: leg.destination.isIPv6),
            tlsa: concerned?.tlsaStatus)
    }
}

extension MXEvidence {
    /// What DNSSEC says of the look-up.
    var status: LookUpStatus {
        switch self {
        case .failed(let failure): failure.status
        case .records, .implicit, .null, .nonexistent: isSecure ? .secure : .insecure
        }
    }
}

extension DNSFailure {
    var status: LookUpStatus { kind == .bogus ? .bogus : .error }
}
