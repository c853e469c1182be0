import Glibc

/// A file that could not be used, in the system's words.
struct FileComplaint: Error {
    let message: String
}

/// The octets of a file.
///
/// - Parameter limit: a longer file is an error, not cut.
func readFile(_ path: String, limit: Int) throws(FileComplaint) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileComplaint(message: "cannot be opened: \(systemError())") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw FileComplaint(message: "cannot be read: \(systemError())") }
        if count == 0 { return bytes }
        bytes += chunk[..<count]
        guard bytes.count <= limit else { throw FileComplaint(message: "is longer than \(Quantity.text(size: limit))") }
    }
}

/// The meaning of `errno`.
func systemError() -> String {
    let code = errno
    var text = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &text, text.count) == 0 else { return "error \(code)" }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
