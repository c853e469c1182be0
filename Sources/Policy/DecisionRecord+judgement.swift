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
    /// The client's address.
    public var client: String
    /// The source address of the leg, nil when the system chose.
    public var source: String?
    /// The reverse path, empty for `<>`.
    public var sender: String
    /// The recipient's address.
    public var recipient: String
    /// The recipient's domain as an A-label, or the address literal.
    public var domain: String
    /// The reply that Weft gives; nil when the server's own is relayed.
    public var reply: String?
    /// Milliseconds that the handshake of the leg took.
    public var handshakeMilliseconds: Int?

    /// A recipient.
    public init(
        id: RecordID, connection: RecordID, client: String, source: String?, sender: String, recipient: String, domain: String,
        reply: String?, handshakeMilliseconds: Int?
    ) {
        self.id = id
        self.connection = connection
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
        events.reserveCapacity(4 + (chain?.certificateDigests.count ?? 0))
        var record = decision(verdict, subject: subject)
        let inputs = DecisionInputs(leg: leg, settings: settings, attempts: attempts)
        let encoded = snapshot?.encoded(inputs) ?? EncodedEvidence(inputs)
        if let snapshot {
            for certificate in chain.map(snapshot.records(of:)) ?? [] { events.append(.certificate(certificate)) }
            let domain = snapshot.encoded
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
        var tls = DecisionRecord.TLS(level: verdict.level.rawValue)
        if case .established(let info) = leg.tls {
            tls.version = info.version.rawValue
            tls.cipher = info.cipher
            tls.resumed = info.resumed
            tls.sni = leg.serverName?.text
            tls.certificateSHA256 = leg.certificates.first
        }
        var sts: DecisionRecord.STS?
        if case .policy(let cached, _)? = snapshot?.evidence.sts {
            sts = DecisionRecord.STS(
                id: cached.id, mode: cached.policy.mode.rawValue, mx: cached.policy.mx, maxAge: cached.policy.maxAge,
                fetchedAt: cached.fetchedAt)
        }
        return DecisionRecord(
            id: subject.id, at: at, connection: subject.connection, client: subject.client,
            destination: leg.destination.description, source: subject.source, sender: subject.sender, recipient: subject.recipient,
            domain: subject.domain, policy: verdict.policy.rawValue, enforcement: settings.enforcement.rawValue,
            action: verdict.action.rawValue,
            would: verdict.would?.rawValue, reason: verdict.reason.rawValue, resultType: verdict.resultType?.rawValue,
            detail: verdict.detail, reply: subject.reply, mx: verdict.host?.text, tls: tls, dns: dnsStatus(verdict.host), sts: sts,
            timing: DecisionRecord.Timing(
                dnsMilliseconds: snapshot.map { Double($0.dnsMilliseconds) }, stsMilliseconds: snapshot?.stsMilliseconds.map(Double.init),
                policyMilliseconds: Double(waitedMilliseconds),
                tlsMilliseconds: subject.handshakeMilliseconds.map(Double.init)))
    }

    /// DNSSEC status of the look-ups, as far as they bear on the verdict: those of its host, or of the hosts at the destination.
    private func dnsStatus(_ host: DomainName?) -> DecisionRecord.DNS {
        guard let evidence = snapshot?.evidence else { return DecisionRecord.DNS() }
        let concerned = evidence.hosts.first { $0.host == host } ?? evidence.hosts.first { leg.hostsAtDestination.contains($0.host) }
        return DecisionRecord.DNS(
            mx: evidence.mx.statusText, address: concerned?.addressStatusText(overIPv6: leg.destination.isIPv6),
            tlsa: concerned?.tlsaStatusText)
    }
}

extension MXEvidence {
    /// `secure`, `insecure`, `bogus` or `error`.
    var statusText: String {
        switch self {
        case .failed(let failure): failure.statusText
        case .records, .implicit, .null, .nonexistent: isSecure ? "secure" : "insecure"
        }
    }
}

extension DNSFailure {
    var statusText: String { kind == .bogus ? "bogus" : "error" }
}
