/// Does one thing after the other.
actor SerialWork {
    private var last: Task<Void, Never>?

    func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let previous = last
        let work = Task {
            await previous?.value
            return try await body()
        }
        last = Task { _ = try? await work.value }
        return try await work.value
    }
}
