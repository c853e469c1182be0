/// What is not as the standard has it but can be read in one way only: accepted, sent on as it is, and noted.
enum Quirk: String, Sendable, CaseIterable {
    case spacesBeforeFrom = "more than one space before FROM or TO"
    case spaceBeforeColon = "space before the colon"
    case spaceAfterColon = "space after the colon"
    case noBrackets = "address without angle brackets"
    case dots = "dots at an end of the local part or next to each other"
    case longLocalPart = "local part of more than 64 octets"
    case noDomain = "sender without a domain"
    case underscore = "underscore in the domain"
    case unmappedDomain = "domain that IDNA has no form for"
    case finalDot = "dot at the end of the domain"
    case spacesBetweenParameters = "more than one space before a parameter"
    case equalsInValue = "equals sign in the value of a parameter"
    case nonASCIIWithoutSMTPUTF8 = "non-ASCII address without SMTPUTF8"
}
