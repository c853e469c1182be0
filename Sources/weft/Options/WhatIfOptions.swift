import ArgumentParser
import FoundationEssentials
import MTASTS
import Policy
import Records

/// What `weft explain` is to assume instead of what was.
struct WhatIfOptions: ParsableArguments {
    @Option(help: "Assume this enforcement: enforce or report.")
    var enforcement: Enforcement?

    @Flag(inversion: .prefixedNo, help: "Assume an override of the domain, or that there was none.")
    var override: Bool?

    @Option(help: "Assume this answer to a policy failure: defer or refuse.")
    var onFailure: DecisionSettings.OnFailure?

    @Option(
        name: .customLong("insecure-mx"), help: "Assume this worth of TLSA records under an insecure MX record: off, encrypt or dane.")
    var insecureMX: DecisionSettings.InsecureMX?

    @Option(
        name: .customLong("sts-policy"),
        help: ArgumentHelp("Assume the MTA-STS policy in this file, as the policy host would serve it.", valueName: "file"),
        completion: .file())
    var stsPolicy: String?

    @Flag(name: .customLong("no-sts"), help: "Assume no MTA-STS policy.")
    var noSTS = false

    /// Octets that a policy may have (RFC 8461 3.2 leaves it to us): more are not one that would be fetched.
    private static let longestPolicy = 65_536

    func validate() throws {
        if noSTS && stsPolicy != nil { throw ValidationError("--no-sts and --sts-policy exclude each other.") }
    }

    func whatIf() throws -> WhatIf {
        WhatIf(
            enforcement: enforcement, onFailure: onFailure, insecureMX: insecureMX, hasOverride: override,
            sts: noSTS ? STSPolicyAssumption.none : try stsPolicy.map { .policy(try Self.policy(path: $0)) })
    }

    private static func policy(path: String) throws -> STSPolicy {
        let body: Data
        do { body = try Data(contentsOf: URL(filePath: path)) } catch {
            throw ValidationError("cannot read the policy \(path): \(error.localizedDescription)")
        }
        guard body.count <= longestPolicy else { throw ValidationError("\(path) is longer than any policy may be") }
        do {
            return try STSPolicy.parse(Array(body))
        } catch {
            throw ValidationError("\(path) is no MTA-STS policy: \(error)")
        }
    }
}

extension Enforcement: ExpressibleByArgument {}
extension DecisionSettings.OnFailure: ExpressibleByArgument {}
extension DecisionSettings.InsecureMX: ExpressibleByArgument {}
