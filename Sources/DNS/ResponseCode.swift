/// Response codes that mean something here (IANA "DNS RCODEs").
enum ResponseCode {
    static let noError: UInt16 = 0
    static let serverFailure: UInt16 = 2
    static let nxDomain: UInt16 = 3
    /// The server has no answer, and says so.
    static func isError(_ code: UInt16) -> Bool { code != noError && code != nxDomain }

    static let refused: UInt16 = 5

    /// The name of a code, for people.
    static func name(_ code: UInt16) -> String {
        let names = [
            "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE",
        ]
        return Int(code) < names.count ? names[Int(code)] : code == 16 ? "BADVERS" : "RCODE \(code)"
    }
}
