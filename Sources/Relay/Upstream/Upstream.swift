import Basics
import NIOCore
import Policy
import SMTP

/// The server's side of a session: dials the destination and speaks SMTP with it (RFC 5321, RFC 3207).
///
/// Knows no client: replies go to the caller, lines to a transcript. `Upstream+dial` makes legs, `Upstream+hello` makes them speak,
/// `Upstream+reply` reads what they say, `Upstream+policy` asks what to think of them; ``LegSelection`` finds the one to use.
final class Upstream {
    /// How a leg is left.
    enum Farewell {
        /// QUIT, whose answer nobody waits for.
        case quit
        /// The connection is closed; what was sent still arrives.
        case close
        /// The connection is closed at once, so that the server cannot take what it has for a whole message.
        case abort
    }

    /// The most re-dials of a session that a policy asks for.
    static let mostRedials = 4
    /// How long a server gets to answer QUIT before the connection is closed anyway.
    private static let farewell = TimeAmount.seconds(2)

    let destination: Endpoint
    /// The route that the destination is listed as.
    let route: RoutePolicy?
    /// The address that legs leave from; nil when the system chooses.
    let source: IPAddress?
    let running: RunningSettings
    var settings: RelaySettings { running.relay }
    let network: any Network
    let policy: any PolicyGate
    let clock: any SessionClock
    let signal: Signal
    let transcript: Transcript
    let audience: (any UpstreamAudience)?
    /// What other sessions learned of servers' TLS; nil for one who asks for himself.
    let brokenTLS: BrokenTLS?

    /// The connection in use; nil before the first, and while none is needed.
    var leg: Leg?
    /// The name for EHLO, once there was one.
    var name: String?
    /// The client has authenticated itself to the server: another leg would not know it.
    var isAuthenticated = false
    /// Names sent as SNI to the destination so far.
    var triedServerNames: [DomainName] = []
    /// Re-dials that a policy asked for so far.
    var redials = 0
    private var receivedOnEarlierLegs = 0

    init(
        destination: Endpoint, settings: RunningSettings, network: any Network, policy: any PolicyGate, clock: any SessionClock,
        signal: Signal, transcript: Transcript, audience: (any UpstreamAudience)?, brokenTLS: BrokenTLS? = nil
    ) {
        self.destination = destination
        route = settings.relay.route(to: destination.address)
        source = settings.relay.sourceChoice.source(for: destination.address)
        running = settings
        self.network = network
        self.policy = policy
        self.clock = clock
        self.signal = signal
        self.transcript = transcript
        self.audience = audience
        self.brokenTLS = brokenTLS
    }

    /// Octets that servers sent so far, on all legs.
    var received: Int { receivedOnEarlierLegs + (leg?.stream.received ?? 0) }

    /// Takes leave of a leg, and counts what came over it. Every leg ends here, once.
    func retire(_ leg: Leg, _ how: Farewell, because why: String? = nil) {
        if let why { transcript.add(.upstreamNote, text: "leg closed: \(why)") }
        assert(!leg.isRetired, "a leg is left twice")
        leg.isRetired = true
        receivedOnEarlierLegs += leg.stream.received
        switch how {
        case .quit: leg.quit()
        case .close: leg.stream.close()
        case .abort: leg.stream.abort()
        }
        if self.leg === leg { self.leg = nil }
    }

    /// Notes that a message was answered on `leg`.
    func noteServed(_ leg: Leg) {
        leg.hasServed = true
        if leg.tls.isEstablished { brokenTLS?.forget(destination.address) }
    }

    /// Notes that a leg with TLS broke before it had served: by its end, or by silence.
    func noteBroken(_ leg: Leg, _ error: LegError) {
        guard leg.tls.isEstablished, !leg.hasServed, let secured = leg.securedAt else { return }
        switch error {
        case .lost, .timeout: brokenTLS?.note(error.text, at: destination.address, secured: secured, now: clock.now)
        default: break
        }
    }

    /// Whether TLS with the server broke lately, and may on `leg`, too.
    func mayBreak(_ leg: Leg) -> Bool {
        leg.tls.isEstablished && !leg.hasServed && brokenTLS?.isSuspect(destination.address, now: clock.now) == true
    }

    /// Ends the conversation: QUIT, so that the server sees an orderly end, if it may be sent; otherwise the connection is cut off.
    func end(mayQuit: Bool) async {
        guard let leg else { return }
        guard mayQuit, leg.stream.end == nil else { return retire(leg, .abort) }
        transcript.add(.weftToUpstream, text: "QUIT")
        leg.send("QUIT")
        leg.flush()
        let sent = clock.now
        do {
            while clock.now < sent + Self.farewell, leg.stream.end == nil {
                if let reply = try nextReply(of: leg, .quit, since: sent) {
                    if reply.code == 221 { break }
                } else {
                    await clock.wait(for: signal, until: sent + Self.farewell)
                }
            }
        } catch {
            // Whatever it was, it was the server's last word.
        }
        retire(leg, .close)
    }
}
