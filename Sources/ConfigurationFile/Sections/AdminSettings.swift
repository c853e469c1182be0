import Basics

/// `[admin]`: how the running daemon is reached. This version checks `http` but does not open it.
public struct AdminSettings: Hashable, Sendable {
    /// `socket`: the control socket of the commands that change state. Default `/run/weft/weft.sock`.
    public var socket = "/run/weft/weft.sock"
    /// `http`: the console and its API. It asks for no password, so loopback only. Default `127.0.0.1:8025`.
    public var http = Endpoint("127.0.0.1:8025")
}
