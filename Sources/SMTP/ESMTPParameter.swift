import Basics

/// A parameter of MAIL or RCPT: `esmtp-keyword [ "=" esmtp-value ]` (RFC 5321 4.1.2).
public struct ESMTPParameter: Sendable, Hashable, CustomStringConvertible {
    /// The keyword in upper case.
    public let keyword: String
    /// The value as it was sent; nil without one.
    public let value: String?

    /// As it is written in a command, the keyword in upper case.
    public var description: String { value.map { "\(keyword)=\($0)" } ?? keyword }
}

extension [ESMTPParameter] {
    /// The parameter with this keyword, which is in upper case.
    func first(_ keyword: String) -> ESMTPParameter? { first { $0.keyword == keyword } }
}

extension CommandParser {
    /// More parameters than all registered extensions together have for one command.
    private static let maximumParameters = 20

    /// What follows the path: nothing, or parameters each after a space.
    mutating func parameters(quirks: inout [Quirk]) throws(CommandError) -> [ESMTPParameter] {
        var parameters: [ESMTPParameter] = []
        while true {
            let spaces = skipSpaces()
            // RFC 5321 4.1.1: white space at the end of a line is tolerated.
            if next == nil { return parameters }
            if spaces > 1, !quirks.contains(.spacesBetweenParameters) { quirks.append(.spacesBetweenParameters) }
            let parameter = try parameter(quirks: &quirks)
            guard parameters.first(parameter.keyword) == nil else { throw .argument("\(parameter.keyword) is given twice") }
            guard parameters.count < Self.maximumParameters else { throw .argument("Too many parameters") }
            parameters.append(parameter)
        }
    }

    private mutating func parameter(quirks: inout [Quirk]) throws(CommandError) -> ESMTPParameter {
        let equals = UInt8(ascii: "=")
        let keyword = take { $0 != .space && $0 != equals }
        let isKeyword = keyword.first?.isAlphanumeric == true && keyword.allSatisfy { $0.isAlphanumeric || $0 == .hyphen }
        guard isKeyword else { throw .argument("No parameter: \"\(printable(keyword, limit: 40))\"") }
        guard next == equals else { return ESMTPParameter(keyword: keyword.uppercasedString(), value: nil) }
        index += 1
        let value = take { $0 != .space }
        guard !value.isEmpty else { throw .argument("\(keyword.uppercasedString()) has an empty value") }
        if value.contains(equals), !quirks.contains(.equalsInValue) { quirks.append(.equalsInValue) }
        return ESMTPParameter(keyword: keyword.uppercasedString(), value: String(decoding: value, as: UTF8.self))
    }
}
