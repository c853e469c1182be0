import Basics

/// A wish to fetch a policy: on whose account it goes, and until when it waits for a slot.
struct FetchClaim: Hashable {
    let id: Int
    /// Whose policy host it is: the last two labels of its name.
    let owner: String
    /// The networks that the policy host has addresses in.
    let networks: Set<[UInt8]>
    /// Until when it waits.
    let until: ContinuousClock.Instant

    init(id: Int, host: DomainName, addresses: [IPAddress], until: ContinuousClock.Instant) {
        self.id = id
        self.until = until
        owner = host.text.split(separator: ".").suffix(2).joined(separator: ".")
        networks = Set(addresses.map { Array($0.bytes.prefix($0.isIPv6 ? 4 : 3)) })
    }
}

/// Which fetches run and which wait: a value without clock and I/O, fair to those whose policy hosts answer while others' drip.
///
/// Who owns one domain has any number of names below it, and may point each at any address, also at ones that are not theirs. So both count:
///
/// - An owner is the last two labels of the policy host. Another one has to be registered; names right below a suffix such as `co.uk` take
///   turns with each other, which costs them time and nobody else. (A list of suffixes would be out of date, and a suffix is to be had, too.)
/// - A network is an IPv4 /24 or an IPv6 /32, what a registry gives one operator; a /48 is to be had for the asking. A fetch counts for every
///   network its host has an address in, since it is the host's choice which of them answers. No network has more than a part of the slots.
///
/// An owner that has n fetches running may begin another only while more than n slots are free, of all and of each network concerned. One alone
/// has half of these at most, two a third each; a newcomer finds one free at once until about as many owners as there are slots drip
/// together. Then who has the fewest running is next, and of these who came first.
struct FetchQueue: Equatable {
    /// What becomes of a claim.
    enum Admission: Hashable {
        case starts
        /// It waits; if there was no more room to wait, in place of another, which is out.
        case waits(insteadOf: Int?)
        /// Too many wait.
        case full
    }

    /// Most fetches that run.
    let slots: Int
    /// Most of them in one network.
    let slotsOfNetwork: Int
    /// Most that wait.
    let places: Int

    private var running: [Int: FetchClaim] = [:]
    /// In order of arrival.
    private(set) var waiting: [FetchClaim] = []
    private var ofOwner: [String: Int] = [:]
    private var ofNetwork: [[UInt8]: Int] = [:]
    private var waitingOfOwner: [String: Int] = [:]

    init(slots: Int, slotsOfNetwork: Int, places: Int) {
        self.slots = slots
        self.slotsOfNetwork = slotsOfNetwork
        self.places = places
    }

    /// How many run.
    var runningCount: Int { running.count }

    /// When the first of those that wait gives up.
    var nextDeadline: ContinuousClock.Instant? { waiting.lazy.map(\.until).min() }

    /// A new claim.
    mutating func add(_ claim: FetchClaim) -> Admission {
        // Who waits already could not start, and nothing has been freed since.
        if mayStart(claim) {
            start(claim)
            return .starts
        }
        guard waiting.count >= places else {
            wait(claim)
            return .waits(insteadOf: nil)
        }
        // Whoever has most in the queue is the one that fills it.
        guard let (owner, most) = waitingOfOwner.max(by: { $0.value < $1.value }), most > waitingOfOwner[claim.owner, default: 0] + 1,
            let last = waiting.lastIndex(where: { $0.owner == owner })
        else { return .full }
        let loser = leaveQueue(at: last)
        wait(claim)
        return .waits(insteadOf: loser.id)
    }

    /// A fetch has ended, or is not wanted any more. Returns those that start in its place.
    mutating func remove(_ id: Int) -> [Int] {
        if let index = waiting.firstIndex(where: { $0.id == id }) {
            leaveQueue(at: index)
            return []
        }
        guard let claim = running.removeValue(forKey: id) else { return [] }
        ofOwner.decrement(claim.owner)
        for network in claim.networks { ofNetwork.decrement(network) }
        var started: [Int] = []
        while let index = nextIndex() {
            let next = leaveQueue(at: index)
            start(next)
            started.append(next.id)
        }
        return started
    }

    /// Takes out those that have waited long enough.
    mutating func expire(at now: ContinuousClock.Instant) -> [Int] {
        guard let first = nextDeadline, first <= now else { return [] }
        let late = waiting.filter { $0.until <= now }
        waiting.removeAll { $0.until <= now }
        for claim in late { waitingOfOwner.decrement(claim.owner) }
        return late.map(\.id)
    }

    private func mayStart(_ claim: FetchClaim) -> Bool {
        let held = ofOwner[claim.owner, default: 0]
        return held < slots - running.count && claim.networks.allSatisfy { held < slotsOfNetwork - ofNetwork[$0, default: 0] }
    }

    /// The one of those that wait whose turn it is.
    private func nextIndex() -> Int? {
        guard running.count < slots else { return nil }
        var best: (index: Int, owner: Int, network: Int)?
        for (index, claim) in waiting.enumerated() where mayStart(claim) {
            let owner = ofOwner[claim.owner, default: 0]
            let network = claim.networks.map { ofNetwork[$0, default: 0] }.max() ?? 0
            if let best, (best.owner, best.network) <= (owner, network) { continue }
            best = (index, owner, network)
        }
        return best?.index
    }

    private mutating func start(_ claim: FetchClaim) {
        running[claim.id] = claim
        ofOwner[claim.owner, default: 0] += 1
        for network in claim.networks { ofNetwork[network, default: 0] += 1 }
    }

    private mutating func wait(_ claim: FetchClaim) {
        waiting.append(claim)
        waitingOfOwner[claim.owner, default: 0] += 1
    }

    @discardableResult
    private mutating func leaveQueue(at index: Int) -> FetchClaim {
        let claim = waiting.remove(at: index)
        waitingOfOwner.decrement(claim.owner)
        return claim
    }
}

extension Dictionary where Value == Int {
    /// One less, and no trace of who has none.
    fileprivate mutating func decrement(_ key: Key) {
        let count = self[key, default: 0] - 1
        self[key] = count > 0 ? count : nil
    }
}
