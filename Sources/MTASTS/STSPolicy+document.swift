import Basics

/// A policy whose document is kept apart from what refers to it, so that a long one is stored once.
extension STSPolicy {
    /// From how many octets on the document is worth a place of its own.
    private static let longDocument = 1024
    private static let mark = "sha256:"

    /// The document, if it is long.
    package var longDocument: [UInt8]? { text.utf8.count >= Self.longDocument ? Array(text.utf8) : nil }

    /// Stands for the policy where its document has this digest and is elsewhere: its patterns are in the document, too.
    package func reference(toDocument digest: [UInt8]) -> STSPolicy {
        STSPolicy(mode: mode, mx: [], maxAge: maxAge, text: Self.mark + hexadecimal(digest), lint: lint)
    }

    /// The digest of the document, if this is no policy but stands for one. No document reads like that: it would have no version.
    package var documentDigest: [UInt8]? {
        guard mx.isEmpty, text.hasPrefix(Self.mark) else { return nil }
        let digits = Array(text.utf8.dropFirst(Self.mark.utf8.count))
        guard digits.count == 64 else { return nil }
        var digest: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let octet = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else { return nil }
            digest.append(octet)
        }
        return digest
    }

    /// The policy that this stands for; nil if the document is none.
    package func resolved(_ document: [UInt8]) -> STSPolicy? {
        guard var policy = try? STSPolicy.parse(document) else { return nil }
        policy.lint = lint
        return policy
    }
}

extension STSStatus {
    /// The policy in it, whatever its mode.
    package var anyPolicy: STSPolicy? { cached?.policy }

    /// The status with another policy in the place of its own.
    package func replacing(_ policy: STSPolicy) -> STSStatus {
        switch self {
        case .policy(var cached, let note):
            cached.policy = policy
            return .policy(cached, note: note)
        case .none(.modeNone(var cached)):
            cached.policy = policy
            return .none(.modeNone(cached))
        case .none, .pending:
            return self
        }
    }
}
