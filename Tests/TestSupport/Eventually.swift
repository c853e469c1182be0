public import Testing

/// Returns when `condition` holds; fails the test when it does not in time.
public func eventually(
    _ what: Comment, within limit: Duration = .seconds(5), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        try #require(ContinuousClock.now < deadline, "never: \(what)", sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(1))
    }
}
