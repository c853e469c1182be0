import Basics

/// Why the resolvers to ask are not known.
public enum ResolverConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file cannot be read.
    case unreadable(path: String, reason: String)
    /// The file names no resolver that can be used.
    case noServer(path: String)
    /// The text is no address of a resolver.
    case invalidServer(String)

    /// What to do about it.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read \(path): \(reason); name the resolvers in the configuration"
        case .noServer(let path): "\(path) has no usable nameserver line; name the resolvers in the configuration"
        case .invalidServer(let text):
            "\"\(printable(text.utf8, limit: 100))\" is no resolver address: write 127.0.0.1, 127.0.0.1:5353, ::1 or [::1]:5353"
        }
    }
}
