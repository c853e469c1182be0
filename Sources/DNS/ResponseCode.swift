/// Response codes that mean something here (IANA "DNS RCODEs").
enum ResponseCode {
    static let noError: UInt16 = 0
    static let serverFailure: UInt16 = 2
    static let nxDomain: UInt16 = 3
    static let refused: UInt16 = 5

    /// The name of a code, for people.
    static func name(_ code: UInt16) -> String {
        let names = [
            "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE",
        ]
        return Int(code) < names.count ? names[Int(code)] : code == 16 ? "BADVERS" : "RCODE \(code)"
    }
}
