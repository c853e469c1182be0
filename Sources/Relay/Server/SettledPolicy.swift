import Basics
import Policy

/// The policy for one session: it judges by the settings that the session was accepted under.
struct SettledPolicy: PolicyGate {
    let gate: any PolicyGate
    let settings: RunningSettings

    func knownJudgement(_ request: JudgeRequest) -> Judgement? {
        gate.knownJudgement(settled(request))
    }

    func judge(_ request: JudgeRequest, budget: Duration) async -> Judgement {
        await gate.judge(settled(request), budget: budget)
    }

    func serverName(at address: IPAddress) -> DomainName? { gate.serverName(at: address) }

    func noteAuthenticated(_ serverName: DomainName, at address: IPAddress) {
        gate.noteAuthenticated(serverName, at: address)
    }

    private func settled(_ request: JudgeRequest) -> JudgeRequest {
        var request = request
        request.settings = settings.policy
        return request
    }
}
