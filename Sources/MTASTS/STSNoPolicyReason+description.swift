extension STSNoPolicyReason: CustomStringConvertible {
    /// The reason in a few words, for an operator.
    public var description: String {
        switch self {
        case .notADomain: "not a domain"
        case .noRecord: "no TXT record at _mta-sts"
        case .severalRecords: "several TXT records at _mta-sts, which counts as none"
        case .invalidRecord(let failure): "the TXT record at _mta-sts is invalid: \(failure.detail)"
        case .lookupFailed(let failure): "the look-up failed: \(failure)"
        case .fetchFailed(let failure): "there is a TXT record, but the policy cannot be fetched: \(failure.detail)"
        case .modeNone: "the policy has mode none"
        }
    }
}
