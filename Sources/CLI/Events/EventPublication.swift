package import AMQP
import AMQPEnvelope
import Bus
package import Contracts

/// Sends events into the exchange `inbound`, as the gateway would.
package struct EventPublication: Sendable {
    package struct Published: Sendable, Hashable {
        package var id: EnvelopeID
        package var trace: String
        package var routingKey: String
    }

    let templates: [EventTemplate]
    let lane: Lane
    let pace: Pace
    /// Tells the ids of this run from those of others: an id that came before would be taken for a repeat.
    private let run: String

    /// - Parameter count: how often each of the templates is sent.
    package init(_ templates: [EventTemplate], count: Int = 1, lane: Lane = .interactive, rate: Double? = nil) {
        self.templates = templates
        self.lane = lane
        pace = Pace(total: templates.count * count, rate: rate)
        run = String(UInt64.random(in: .min ... .max), radix: 16).leftPadded(to: 16)
    }

    package var total: Int { pace.total }

    package static let topology = AMQPTopology(exchanges: Broker.exchanges)

    /// Returns when the broker has all of them, or the task is cancelled.
    ///
    /// - Parameter told: the events that the broker has taken, batch by batch. False: enough.
    /// - Returns: how many it has.
    /// - Throws: ``CLIError`` when one was not taken.
    package func run(on connection: AMQPConnection, _ told: ([Published], Progress) -> Bool) async throws -> Int {
        let clock = ContinuousClock()
        let start = clock.now
        var sent = 0
        while sent < total, !Task.isCancelled {
            let due = pace.due(sent: sent, after: clock.now - start)
            if due > 0 {
                let messages = try (sent..<sent + due).map { try message($0 + 1) }
                let outcomes = await connection.publish(messages.map { $0.amqp })
                if let failure = outcomes.lazy.compactMap(\.error).first {
                    if Task.isCancelled { break }
                    throw Self.failure(failure, sent: sent + outcomes.count(where: \.isConfirmed), total: total)
                }
                sent += due
                guard told(messages.map(\.published), Progress(done: sent, total: total, elapsed: clock.now - start)) else { break }
            }
            if sent < total { try? await Task.sleep(for: pace.wait(sent: sent, after: clock.now - start)) }
        }
        return sent
    }

    private func message(_ number: Int) throws -> (published: Published, amqp: AMQPMessage) {
        let event = try templates[(number - 1) % templates.count].event(number, at: .now)
        let trace = Self.randomTrace()
        let envelope = Envelope(
            id: EnvelopeID("cli:\(run):\(number)"), traceparent: "00-\(trace)-\(Self.randomDigits())-01", lane: lane,
            partitionKey: event.partitionKey, type: "event.\(event.kind)")
        let message = BusMessage.event(event, envelope: envelope)
        return (
            Published(id: envelope.id, trace: trace, routingKey: message.routingKey), EnvelopeCoding.message(message, from: "cli")
        )
    }

    private static func failure(_ error: AMQPError, sent: Int, total: Int) -> CLIError {
        let reason = error.code == .returned ? "no queue takes it: the dialog worker has never run on this broker" : "\(error)"
        return CLIError("the broker has \(sent.grouped) of \(total.grouped) events; \(reason)")
    }

    /// W3C Trace Context: 32 and 16 small hexadecimal digits that are not all zero.
    private static func randomTrace() -> String { randomDigits() + randomDigits() }

    private static func randomDigits() -> String { String(UInt64.random(in: 1 ... .max), radix: 16).leftPadded(to: 16) }
}
