import Basics
import COpenSSL
import FoundationEssentials

/// What a certificate says of itself, for records and explanations. The certificate's author chose every word: strings are escaped to printable
/// ASCII and cut.
public struct CertificateSummary: Codable, Hashable, Sendable {
    /// Most names that are listed.
    public static let maximumNames = 100

    /// The subject's distinguished name as RFC 2253 writes it, at most 256 characters.
    public let subject: String
    /// The issuer's distinguished name, likewise.
    public let issuer: String
    /// The last common name of the subject, at most 64 characters.
    public let commonName: String?
    /// The DNS names of the subjectAltName extension: the first 100.
    public let dnsNames: [String]
    /// Begin of the validity; the distant past if it cannot be read.
    public let notBefore: Date
    /// End of the validity; the distant past if it cannot be read, so that nothing is valid longer than it says.
    public let notAfter: Date

    init(_ certificate: OpaquePointer?) {
        subject = nameText(X509_get_subject_name(certificate))
        issuer = nameText(X509_get_issuer_name(certificate))
        commonName = lastCommonName(X509_get_subject_name(certificate))
        dnsNames = subjectAltDNSNames(certificate)
        notBefore = date(X509_get0_notBefore(certificate)) ?? .distantPast
        notAfter = date(X509_get0_notAfter(certificate)) ?? .distantPast
    }
}

private func nameText(_ name: OpaquePointer?) -> String {
    guard let name, let memory = BIO_new(BIO_s_mem()) else { return "" }
    defer { BIO_free(memory) }
    guard X509_NAME_print_ex(memory, name, 0, XN_FLAG_RFC2253) >= 0 else {
        ERR_clear_error()
        return ""
    }
    var text: UnsafeMutablePointer<CChar>?
    let count = BIO_get_mem_data(memory, &text)
    guard let text, count > 0 else { return "" }
    return text.withMemoryRebound(to: UInt8.self, capacity: count) {
        printable(UnsafeBufferPointer(start: $0, count: count), limit: 256)
    }
}

private func lastCommonName(_ name: OpaquePointer?) -> String? {
    guard let name else { return nil }
    var last: Int32 = -1
    while case let next = X509_NAME_get_index_by_NID(name, NID_commonName, last), next >= 0 { last = next }
    guard last >= 0, let value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)) else { return nil }
    var text: UnsafeMutablePointer<UInt8>?
    let count = ASN1_STRING_to_UTF8(&text, value)
    guard let text, count >= 0 else {
        ERR_clear_error()
        return nil
    }
    defer { CRYPTO_free(text, #file, #line) }
    return printable(UnsafeBufferPointer(start: text, count: Int(count)), limit: 64, escapingBackslash: true)
}

private func subjectAltDNSNames(_ certificate: OpaquePointer?) -> [String] {
    guard let certificate, let extensionValue = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
    let names = OpaquePointer(extensionValue)
    defer { GENERAL_NAMES_free(names) }
    var result: [String] = []
    for index in 0..<max(0, sk_GENERAL_NAME_num(names)) where result.count < CertificateSummary.maximumNames {
        var type: Int32 = 0
        guard let value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, index), &type), type == GEN_DNS else { continue }
        let string = value.assumingMemoryBound(to: ASN1_STRING.self)
        let bytes = UnsafeBufferPointer(start: ASN1_STRING_get0_data(string), count: Int(max(0, ASN1_STRING_length(string))))
        result.append(printable(bytes, limit: 255, escapingBackslash: true))
    }
    return result
}

/// The moment that `time` tells.
func date(_ time: UnsafePointer<ASN1_TIME>?) -> Date? {
    guard let time, let epoch = ASN1_TIME_set(nil, 0) else { return nil }
    defer { ASN1_STRING_free(epoch) }
    var days: Int32 = 0
    var seconds: Int32 = 0
    guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else {
        ERR_clear_error()
        return nil
    }
    return Date(timeIntervalSince1970: Double(days) * 86400 + Double(seconds))
}
