import NIOCore
import NIOPosix

@testable import Relay

/// A ``ScriptedServer`` behind a real connection. Confined to its channel's event loop, which makes `@unchecked Sendable` sound.
final class MailServer: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer

    private let script: ScriptedServer
    private var context: ChannelHandlerContext?
    private let loop: any EventLoop

    /// A server that `prepare` gave its lines to, on `loop`.
    init(on loop: any EventLoop, _ prepare: (ScriptedServer) -> Void) {
        self.loop = loop
        script = ScriptedServer()
        prepare(script)
    }

    /// Looks at the server, or has it say something.
    func with<Result: Sendable>(_ body: @escaping @Sendable (ScriptedServer) -> Result) async throws -> Result {
        try await loop.submit { [self] in
            defer { deliver() }
            return body(script)
        }.get()
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        script.accept()
        deliver()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        script.stream.send(unwrapInboundIn(data))
        script.stream.flush()
        deliver()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed? = event as? ChannelEvent else { return }
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        script.stream.fail(.closed)
    }

    /// Sends what the script says.
    private func deliver() {
        guard let context else { return }
        while script.stream.deliver(atMost: 65_536), script.stream.end == nil {
            while let bytes = script.stream.input.next() { context.write(NIOAny(bytes), promise: nil) }
        }
        context.flush()
        if script.stream.end != nil { context.close(promise: nil) }
    }
}
