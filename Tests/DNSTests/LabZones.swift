import Foundation

/// The zones of the laboratory: `.` and `lab` hold the tree together, the others each have one property.
struct LabZones {
    /// How a zone is signed.
    enum Signing { case valid, none, expired, tampered }

    struct Zone {
        let name: String
        let signing: Signing
        let records: String

        var fileName: String { name == "." ? "root.zone" : "\(name)zone" }
        var fileToServe: String { signing == .none ? fileName : "\(fileName).signed" }
    }

    /// Parents before their children.
    static let all = [
        Zone(name: ".", signing: .valid, records: "lab. NS ns.lab.\nns.lab. A 127.0.0.1"),
        Zone(
            name: "lab.", signing: .valid,
            records: ["secure", "unsigned", "expired", "tampered"].map { "\($0) NS ns.lab." }.joined(separator: "\n") + "\nns A 127.0.0.1"),
        Zone(name: "secure.lab.", signing: .valid, records: secureRecords),
        Zone(name: "unsigned.lab.", signing: .none, records: "@ MX 10 host\nhost A 203.0.113.9\n_25._tcp.host TLSA 3 1 1 \(digest(1))"),
        Zone(name: "expired.lab.", signing: .expired, records: "host A 203.0.113.1"),
        Zone(name: "tampered.lab.", signing: .tampered, records: "host A 203.0.113.1"),
    ]

    /// The octets of each string of the large TXT record.
    static let largeTextString = String(repeating: "abcdefghij", count: 25)

    let directory: URL

    /// Writes and signs every zone file; returns the name of the file with the trust anchor.
    func write() throws -> String {
        var anchor = ""
        // Children first: a parent holds their DS.
        var delegations: [String: [String]] = [:]
        for zone in Self.all.reversed() {
            let minimum = zone.name == "lab." ? 86_400 : zone.name == "unsigned.lab." ? 10 : 300
            var text = "$ORIGIN \(zone.name)\n$TTL 600\n@ 86400 SOA ns.lab. root.lab. 1 3600 600 86400 \(minimum)\n@ NS ns.lab.\n"
            text += zone.records + "\n" + (delegations[zone.name] ?? []).joined(separator: "\n") + "\n"
            try Data(text.utf8).write(to: directory.appending(path: zone.fileName))
            guard zone.signing != .none else { continue }
            let key = try sign(zone)
            anchor = "\(key).key"
            if zone.name != "." {
                let parent = zone.name == "lab." ? "." : "lab."
                delegations[parent, default: []].append(try String(contentsOf: directory.appending(path: "\(key).ds"), encoding: .utf8))
            }
        }
        return anchor
    }

    /// Signs with a fresh key; returns the base name of its files.
    private func sign(_ zone: Zone) throws -> String {
        let key = try LabTools.run("ldns-keygen", ["-a", "ECDSAP256SHA256", "-k", zone.name], in: directory)
        let period = zone.signing == .expired ? ["-i", "20200101000000", "-e", "20200201000000"] : []
        try LabTools.run("ldns-signzone", period + [zone.fileName, key], in: directory)
        if zone.signing == .tampered {
            let file = directory.appending(path: zone.fileToServe)
            let signed = try String(contentsOf: file, encoding: .utf8)
            try Data(signed.replacingOccurrences(of: "203.0.113.1", with: "203.0.113.66").utf8).write(to: file)
        }
        return key
    }

    /// A SHA-256 digest, for TLSA records.
    static func digest(_ number: Int) -> String {
        let hex = String(number, radix: 16)
        return String(repeating: "0", count: 64 - hex.count) + hex
    }

    private static var secureRecords: String {
        var lines = [
            "@ MX 20 mx2", "@ MX 10 MX1", "mx1 A 203.0.113.1", "mx1 A 203.0.113.2", "mx1 AAAA 2001:db8::1", "mx2 A 203.0.113.3",
            "_25._tcp.mx1 TLSA 3 1 1 \(digest(1))", "_25._tcp.mx1 TLSA 2 0 2 \(digest(2))\(digest(3))", "alias CNAME alias2",
            "alias2 CNAME mx1", "toinsecure CNAME host.unsigned.lab.", "tobogus CNAME host.tampered.lab.", "dangling CNAME nothing",
            "null MX 0 .", "nullandmore MX 0 .", "nullandmore MX 10 mx1", "_mta-sts TXT \"v=STSv1;\" \" id=1;\"", "_mta-sts TXT \"other\"",
            "*.wild TXT \"star\"", "short 2 A 203.0.113.4",
        ]
        lines += (1...30).map { "manymx MX \(100 - $0) host\($0)" }
        lines += (1...64).map { "_25._tcp.full TLSA 3 1 1 \(digest($0))" }
        lines += (1...65).map { "_25._tcp.over TLSA 3 1 1 \(digest($0))" }
        lines += (0..<9).map { "c\($0) CNAME c\($0 + 1)" } + ["c9 A 203.0.113.5"]
        lines.append("large TXT " + Array(repeating: "\"\(largeTextString)\"", count: 20).joined(separator: " "))
        return lines.joined(separator: "\n")
    }
}
