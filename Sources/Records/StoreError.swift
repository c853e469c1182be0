/// Why a store could not do what it was asked. The description says what to do about it, in one line.
public protocol StoreError: Error, CustomStringConvertible, Sendable {
    /// Whether the store is well and the question fits several answers.
    var isAmbiguous: Bool { get }
}
