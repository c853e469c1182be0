/// A bounded dictionary that forgets what has not been used for longest, roughly: when the young generation is full it becomes the old one,
/// and what is left in the old one goes. Every operation takes constant time; values of at most about twice `capacity` are kept.
struct GenerationalCache<Value> {
    private typealias Generation = [String: (value: Value, cost: Int)]

    private let capacity: Int
    private let cost: @Sendable (Value) -> Int
    private var young: Generation = [:]
    private var youngCost = 0
    private var old: Generation = [:]

    /// `cost` is what a value counts against the capacity, at least 1.
    init(capacity: Int, cost: @escaping @Sendable (Value) -> Int = { _ in 1 }) {
        self.capacity = max(1, capacity)
        self.cost = cost
    }

    var count: Int { young.count + old.count }

    subscript(key: String) -> Value? {
        mutating get {
            if let found = young[key] { return found.value }
            guard let found = old.removeValue(forKey: key) else { return nil }
            insert(found.value, for: key)
            return found.value
        }
        set {
            old[key] = nil
            if let previous = young.removeValue(forKey: key) { youngCost -= previous.cost }
            if let newValue { insert(newValue, for: key) }
        }
    }

    private mutating func insert(_ value: Value, for key: String) {
        if youngCost >= capacity {
            old = young
            young = [:]
            youngCost = 0
        }
        let cost = max(1, cost(value))
        young[key] = (value, cost)
        youngCost += cost
    }
}

extension GenerationalCache: Sendable where Value: Sendable {}
