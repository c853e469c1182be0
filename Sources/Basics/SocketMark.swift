import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension ChannelOption where Self == ChannelOptions.Types.SocketOption {
    /// SO_MARK, by which redirect rules exempt Weft's own sockets (socket(7)).
    package static var mark: Self { .socketOption(.init(rawValue: SO_MARK)) }
}
