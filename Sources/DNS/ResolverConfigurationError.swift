/// Why the resolvers to ask are not known.
public enum ResolverConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file cannot be read.
    case unreadable(path: String, reason: String)
    /// The file names no resolver that can be used.
    case noServer(path: String)

    /// What to do about it.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read \(path): \(reason); name the resolvers in the configuration"
        case .noServer(let path): "\(path) has no usable nameserver line; name the resolvers in the configuration"
        }
    }
}
