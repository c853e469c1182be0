import Basics
import DNS

extension CurlPolicyFetcher {
    /// Most addresses tried of each family.
    private static let mostAddresses = 4

    /// The addresses of the policy host that we may talk to. Whoever owns a domain chooses them, so they are bounded, and checked before
    /// anything is sent there (RFC 8461 10.3).
    func policyHostAddresses(_ host: DomainName) async throws(FetchError) -> [IPAddress] {
        async let ipv6 = lookUp(host, .ipv6)
        async let ipv4 = lookUp(host, .ipv4)
        var found: [IPAddress] = []
        var refused: IPAddress?
        var problem: String?
        for result in await [ipv6, ipv4] {
            switch result {
            case .success(let answer):
                let permitted = answer.records.filter(permits)
                found += permitted.prefix(Self.mostAddresses)
                refused = refused ?? (permitted.isEmpty ? answer.records.first : nil)
            case .failure(let failure):
                problem = failure.description
            }
        }
        if !found.isEmpty { return found }
        if let refused { throw .failed(STSFailure(.fetchError, "\(refused), the address of \(host), is not on the public Internet")) }
        throw .failed(STSFailure(.fetchError, problem.map { "look-up of \(host): \($0)" } ?? "\(host) has no address"))
    }

    private func lookUp(_ host: DomainName, _ family: AddressFamily) async -> Result<DNSAnswer<IPAddress>, DNSFailure> {
        do throws(DNSFailure) {
            return .success(try await resolver.addresses(host, family: family, refresh: false))
        } catch {
            return .failure(error)
        }
    }
}
