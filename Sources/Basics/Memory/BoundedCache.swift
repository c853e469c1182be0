/// A dictionary with bounds, by count and by octets, whose entries age: each says until when it holds, and the time is passed in.
///
/// When it is full, the entry that was stored first makes room. Entries that were used since get one more turn (second chance) unless they
/// have expired, so that a flood of other keys does not push out what is in use. Storing, finding and removing take constant time, storing
/// on the average. A value: guard it by a mutex.
package struct BoundedCache<Key: Hashable, Value, Time: SteadyInstant> {
    fileprivate struct Entry {
        let key: Key
        var value: Value
        /// Nil: it does not age.
        var expires: Time?
        var octets: Int
        var isUsed = false
    }

    /// A place for an entry, in a ring in the order in which their turn to go comes; free places form a list by `next`.
    fileprivate struct Slot {
        var entry: Entry?
        var next: Int
        var previous: Int
    }

    /// Most entries; none if below 1.
    package let capacity: Int
    /// Most octets of all entries together, by ``cost(octets:)``.
    package let octetLimit: Int

    private var places: [Key: Int] = [:]
    private var slots: [Slot] = []
    /// The entry whose turn it is; -1 without any.
    private var oldest = -1
    /// The first free place; -1 if there is none.
    private var free = -1
    /// Octets of all entries.
    package private(set) var octets = 0

    /// - Parameters:
    ///   - capacity: the most entries
    ///   - octetLimit: the most octets of all entries, each with its place here and what it owns besides
    package init(capacity: Int, octetLimit: Int) {
        self.capacity = max(0, capacity)
        self.octetLimit = max(0, octetLimit)
    }

    /// Entries, expired ones too.
    package var count: Int { places.count }

    /// What an entry counts that owns `octets` on the heap, such as the text of its key and value: its place here comes on top.
    package static func cost(octets: Int) -> Int {
        // The key is held twice; 8 for its hash's share of the table.
        max(0, octets) + MemoryLayout<Slot>.stride + MemoryLayout<Key>.stride + MemoryLayout<Int>.stride + 8
    }

    /// The value for `key`, unless it expired by `now`; reading it counts as use.
    package mutating func value(for key: Key, now: Time) -> Value? {
        entry(for: key, now: now)?.value
    }

    /// The value for `key` with the time until which it holds, unless it expired by `now`; reading it counts as use.
    package mutating func entry(for key: Key, now: Time) -> (value: Value, expires: Time?)? {
        guard let place = places[key], let entry = slots[place].entry else { return nil }
        if let expires = entry.expires, expires <= now {
            remove(key)
            return nil
        }
        slots[place].entry?.isUsed = true
        return (entry.value, entry.expires)
    }

    /// What has not expired by `now`, in no certain order. Looking through counts as no use, and takes time by the size of the cache.
    package func entries(now: Time) -> [(key: Key, value: Value, expires: Time?)] {
        slots.compactMap { slot in
            guard let entry = slot.entry, entry.expires.map({ now < $0 }) ?? true else { return nil }
            return (entry.key, entry.value, entry.expires)
        }
    }

    /// Keeps `value` in place of an earlier one for `key`. What is larger than the cache is not kept.
    ///
    /// - Parameters:
    ///   - expires: from when on it is no longer there; nil for what does not age
    ///   - octets: what key and value own on the heap
    ///   - now: tells which of the entries that are in the way have expired
    package mutating func store(_ value: Value, for key: Key, until expires: Time?, octets: Int, now: Time?) {
        let cost = Self.cost(octets: octets)
        guard capacity > 0, cost <= octetLimit else { return remove(key) }
        if let place = places[key], let earlier = slots[place].entry {
            self.octets += cost - earlier.octets
            slots[place].entry = Entry(key: key, value: value, expires: expires, octets: cost, isUsed: earlier.isUsed)
            makeRoom(count: 0, octets: 0, sparing: place, now: now)
            return
        }
        makeRoom(count: 1, octets: cost, sparing: -1, now: now)
        let place = takePlace(for: Entry(key: key, value: value, expires: expires, octets: cost))
        places[key] = place
        self.octets += cost
    }

    /// Forgets the entry of `key`.
    package mutating func remove(_ key: Key) {
        guard let place = places.removeValue(forKey: key) else { return }
        octets -= slots[place].entry?.octets ?? 0
        unlink(place)
        slots[place].entry = nil
        slots[place].next = free
        free = place
    }

    /// Forgets everything.
    package mutating func removeAll() {
        self = BoundedCache(capacity: capacity, octetLimit: octetLimit)
    }

    /// Takes out what has to go for so much more, `sparing` the entry that is being stored.
    private mutating func makeRoom(count: Int, octets: Int, sparing spared: Int, now: Time?) {
        while places.count + count > capacity || self.octets + octets > octetLimit {
            guard let entry = slots[oldest].entry else { return }
            let isExpired = if let expires = entry.expires, let now { expires <= now } else { false }
            if oldest == spared || (entry.isUsed && !isExpired) {
                slots[oldest].entry?.isUsed = false
                oldest = slots[oldest].next
            } else {
                remove(entry.key)
            }
        }
    }

    /// Puts a new entry behind all others.
    private mutating func takePlace(for entry: Entry) -> Int {
        let place: Int
        if free >= 0 {
            place = free
            free = slots[place].next
        } else {
            place = slots.count
            slots.append(Slot(entry: nil, next: place, previous: place))
        }
        if oldest < 0 {
            oldest = place
            slots[place] = Slot(entry: entry, next: place, previous: place)
        } else {
            let newest = slots[oldest].previous
            slots[place] = Slot(entry: entry, next: oldest, previous: newest)
            slots[newest].next = place
            slots[oldest].previous = place
        }
        return place
    }

    private mutating func unlink(_ place: Int) {
        let (next, previous) = (slots[place].next, slots[place].previous)
        if next == place {
            oldest = -1
            return
        }
        slots[previous].next = next
        slots[next].previous = previous
        if oldest == place { oldest = next }
    }
}

extension BoundedCache: Sendable where Key: Sendable, Value: Sendable, Time: Sendable {}
extension BoundedCache.Entry: Sendable where Key: Sendable, Value: Sendable, Time: Sendable {}
extension BoundedCache.Slot: Sendable where Key: Sendable, Value: Sendable, Time: Sendable {}

/// For what is worked out from its key alone and so never ages.
extension BoundedCache where Time == Never {
    /// The value for `key`; reading it counts as use.
    package mutating func value(for key: Key) -> Value? {
        guard let place = places[key] else { return nil }
        slots[place].entry?.isUsed = true
        return slots[place].entry?.value
    }

    /// Keeps `value` in place of an earlier one for `key`; key and value own `octets` on the heap.
    package mutating func store(_ value: Value, for key: Key, octets: Int) {
        store(value, for: key, until: nil, octets: octets, now: nil)
    }
}
