/// What Weft does with a recipient.
public enum Action: String, Codable, Hashable, Sendable, CaseIterable {
    case accept, `defer`, refuse
}
