/// Work under way by key, so that it is done once however many ask for it; with a bound on how much is under way.
///
/// A value: guard it by the mutex of the memory that the results go to. Whoever looks there, finds nothing and joins, all under the lock,
/// can miss no result: it is either in the memory or on its way.
package struct SingleFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// What a caller is to do.
    package enum Admission: Sendable {
        /// Do the work, ``land(_:)`` the flight under the lock and then give it the result; wait for it like everyone else.
        case start(Flight<Value>)
        /// Someone else does it: wait.
        case join(Flight<Value>)
        /// Too much is under way.
        case full
    }

    private var flights: [Key: Flight<Value>] = [:]

    package init() {}

    /// Flights under way.
    package var count: Int { flights.count }

    /// Callers that wait, in all flights; for figures and tests, since it asks each flight.
    package var waiting: Int { flights.values.reduce(0) { $0 + $1.waiting } }

    /// The flight under way for `key`.
    package subscript(key: Key) -> Flight<Value>? { flights[key] }

    /// Joins the flight for `key` or begins one, unless `limit` others are under way.
    package mutating func admit(_ key: Key, limit: Int) -> Admission {
        if let flight = flights[key] { return .join(flight) }
        guard flights.count < limit else { return .full }
        let flight = Flight<Value>()
        flights[key] = flight
        return .start(flight)
    }

    /// Ends the flight for `key`: who comes from now on begins another. Give it its result once the lock is released.
    package mutating func land(_ key: Key) -> Flight<Value>? {
        flights.removeValue(forKey: key)
    }
}
