import Glibc
import NIOCore
import Records
import TLSTesting
import Testing

@testable import TLS

@Suite struct MemoryTests {
    /// Idle connections are most of what a busy proxy holds. What they took is what is free without them: that takes too short a time for tests
    /// that run beside this one to matter.
    @Test(.enabled(if: dlsym(nil, "__asan_init") == nil && dlsym(nil, "__tsan_init") == nil, "a sanitizer has its own heap"))
    func `an idle connection takes less than 24 KiB`() throws {
        let context = try TLSContext(minimum: .tls12)
        for version in [TLSVersion.tls12, .tls13] {
            let server = try ServerContext("mx1-rsa", maximum: version)
            var clients: [TLSConnection] = []
            for _ in 0..<1000 {
                let client = try establish(server, context: context).client
                _ = try client.read()
                clients.append(client)
            }
            let held = try heapInUse()
            clients.removeAll()
            let freed = try held - heapInUse()
            #expect((8 * 1024..<24 * 1024).contains(freed / 1000))
        }
    }

    /// Octets that malloc has given out and not got back. `malloc_info` writes XML, whose last lines are the totals of all arenas.
    private func heapInUse() throws -> Int {
        typealias MallocInfo = @convention(c) (Int32, UnsafeMutablePointer<FILE>) -> Int32
        let symbol = try #require(dlsym(nil, "malloc_info"))
        var text: UnsafeMutablePointer<CChar>?
        var size = 0
        let stream = try #require(open_memstream(&text, &size))
        #expect(unsafeBitCast(symbol, to: MallocInfo.self)(0, stream) == 0)
        fclose(stream)
        defer { free(text) }
        var totals: [String: Int] = [:]
        for line in String(cString: try #require(text)).split(separator: "\n") {
            let fields = line.split(separator: "\"")
            guard fields.count > 3, let value = fields.last(where: { Int($0) != nil }).flatMap({ Int($0) }) else { continue }
            totals[String(fields[0] + fields[1])] = value
        }
        let mapped = totals["<total type=mmap"] ?? 0
        let unused = (totals["<total type=fast"] ?? 0) + (totals["<total type=rest"] ?? 0)
        return try #require(totals["<system type=current"]) + mapped - unused
    }
}
