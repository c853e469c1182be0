/// For whom an ``Upstream`` talks to the server: a client, which has to wait meanwhile.
protocol UpstreamAudience: AnyObject {
    /// Nobody is there any more: the server is not waited for.
    var isGone: Bool { get }
    /// The daemon stops, and waits for nothing any more.
    var isDismissed: Bool { get }
    /// Sends what was said so far, before a wait.
    func flush()
}
