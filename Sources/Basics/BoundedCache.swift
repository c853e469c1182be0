/// A dictionary with a bound: when it is full, the entry that was stored first makes room.
///
/// Entries that were used since they were stored get one more turn (second chance), so that a flood of other keys
/// does not at once push out what is in use.
package struct BoundedCache<Key: Hashable, Value> {
    private struct Entry {
        var value: Value
        var used: Bool
    }

    private var entries: [Key: Entry] = [:]
    private var order: [Key] = []
    private var hand = 0
    private let capacity: Int

    /// A cache of at most `capacity` entries, at least one.
    package init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// Number of entries.
    package var count: Int { entries.count }

    /// The value for `key`; reading it counts as use.
    package subscript(key: Key) -> Value? {
        mutating get {
            guard let index = entries.index(forKey: key) else { return nil }
            entries.values[index].used = true
            return entries.values[index].value
        }
        set {
            guard let newValue else {
                remove(key)
                return
            }
            if let index = entries.index(forKey: key) {
                entries.values[index].value = newValue
                return
            }
            if order.count < capacity {
                order.append(key)
            } else {
                order[victim()] = key
            }
            entries[key] = Entry(value: newValue, used: false)
        }
    }

    /// Forgets the entry of `key`.
    package mutating func remove(_ key: Key) {
        guard entries.removeValue(forKey: key) != nil, let index = order.firstIndex(of: key) else { return }
        order.remove(at: index)
        if hand > index { hand -= 1 }
    }

    /// Forgets everything.
    package mutating func removeAll() {
        entries = [:]
        order = []
        hand = 0
    }

    /// Takes one entry out and returns its place in `order`.
    private mutating func victim() -> Int {
        while true {
            if hand >= order.count { hand = 0 }
            defer { hand += 1 }
            let key = order[hand]
            guard let index = entries.index(forKey: key), entries.values[index].used else {
                entries[key] = nil
                return hand
            }
            entries.values[index].used = false
        }
    }
}
