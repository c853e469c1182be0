import NIOCore

/// Who gets a message's octets as they pass to the server.
protocol MessageTap: AnyObject {
    func take(_ octets: ByteBuffer)
}
