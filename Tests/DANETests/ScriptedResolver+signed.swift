import Basics
import DNS
import DNSTesting

extension ScriptedResolver {
    /// A resolver whose zones are all signed: it denies securely what is not in the script.
    static func signed(
        a: ScriptedZone.Answers<IPAddress> = [:], aaaa: ScriptedZone.Answers<IPAddress> = [:],
        tlsa: ScriptedZone.Answers<TLSARecord> = [:], cname: ScriptedZone.Answers<DomainName> = [:]
    ) -> ScriptedResolver {
        ScriptedResolver(a: a, aaaa: aaaa, tlsa: tlsa, cname: cname, unscripted: .nxDomain(.secure, ttl: 900))
    }
}
