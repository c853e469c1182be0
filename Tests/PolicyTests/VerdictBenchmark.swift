import Basics
import DNS
import DNSTesting
import Foundation
import MTASTS
import MTASTSTesting
import Records
import RecordsTesting
import TLS
import TLSTesting
import TestSupport
import Testing

@testable import Policy

/// What a warm verdict costs: evidence and chain are known. See docs/performance.md. Run by hand, in release:
/// `WEFT_BENCH=1 swift test -c release -Xswiftc -enable-testing --filter VerdictBenchmark`
@Suite(.enabled(if: ProcessInfo.processInfo.environment["WEFT_BENCH"] != nil), .serialized) struct VerdictBenchmark {
    /// The goal, in microseconds of CPU for the verdict with its record.
    static let most = 50.0

    enum Kind: String, CaseIterable { case dane, daneWholeCertificate, sts, none, plaintextRefused }

    @Test(arguments: Kind.allCases)
    func `CPU time of a warm verdict`(_ kind: Kind) async throws {
        let world = try World()
        var question = request(try TestCertificates.chain("mx1"))
        switch kind {
        case .dane: world.publishDANE(try TLSARecord.digest(of: "mx1"))
        case .daneWholeCertificate:
            world.publishDANE(TLSARecord(usage: 3, selector: 0, matchingType: 0, data: try TestCertificates.der("mx1")[0]))
        case .sts: world.publishSTS()
        case .none: world.resolver.set(mx: "example.net", ["mx1.example.net"], .insecure)
        case .plaintextRefused:
            world.publishSTS()
            question = request()
        }
        // Large domains have many hosts.
        let others: [DomainName] = (2..<6).map { "mx\($0).example.net" }
        world.resolver.set(mx: "example.net", ["mx1.example.net"] + others, kind == .sts || kind == .none ? .insecure : .secure)
        for other in others { world.resolver.set(addresses: other, [elsewhere]) }
        _ = await world.service.answer(question)

        let request = question
        let verdictCost = try measure(20_000) { _ = try #require(world.service.knownJudgement(request)) }
        let connection = RecordID()
        let sink = ScriptedSink()
        let recordCost = try measure(5000) {
            let judgement = try #require(world.service.knownJudgement(request))
            guard case .verdict(let verdict) = judgement.answer else { return }
            let subject = DecisionSubject(
                id: RecordID(), connection: connection, transaction: 1, client: ip("192.0.2.7"), source: nil, sender: "news@client.example",
                recipient: "someone@example.net", domain: "example.net", reply: nil, handshakeMilliseconds: 31)
            for event in judgement.journalEvents(verdict, subject: subject, chain: request.chain) { sink.record(event) }
        }
        print("warm verdict, \(kind.rawValue): \(text(verdictCost)) us; with its record: \(text(recordCost)) us")
        #expect(verdictCost < Self.most && recordCost < Self.most)
    }

    private func text(_ microseconds: Double) -> String { String(Int(microseconds * 10) / 10) + "." + String(Int(microseconds * 10) % 10) }

    /// Microseconds of CPU that the thread needs for one round.
    private func measure(_ rounds: Int, _ body: () throws -> Void) rethrows -> Double {
        for _ in 0..<rounds / 10 { try body() }
        let start = threadTime()
        for _ in 0..<rounds { try body() }
        return (threadTime() - start) / Double(rounds) * 1e6
    }

    /// CPU time of this thread in seconds. What the journal's own thread does later is in JournalBenchmark.
    private func threadTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
