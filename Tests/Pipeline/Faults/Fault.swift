import DevServices
import Testing

/// What happens in the middle of the load.
enum Fault: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case killGateway = "kill -9 of gateway"
    case killDialog = "kill -9 of dialog"
    case killSender = "kill -9 of sender"
    case restartRabbitMQ = "restart of RabbitMQ"
    case restartPostgres = "restart of PostgreSQL"
    case drainGateway = "SIGTERM of gateway"
    case drainDialog = "SIGTERM of dialog"
    case drainSender = "SIGTERM of sender"

    var testDescription: String { rawValue }

    static let crashes: [Fault] = [.killGateway, .killDialog, .killSender, .restartRabbitMQ, .restartPostgres]
    static let drains: [Fault] = [.drainGateway, .drainDialog, .drainSender]

    /// Calls of one bot that the sender has under way at most, by its default.
    static let callsUnderWay = 64

    /// Answers that may come twice. Telegram knows no idempotency key, so calls that were under way when the sender was killed are made
    /// again; nothing else is.
    var allowedRepeats: Int { self == .killSender ? Self.callsUnderWay : 0 }

    /// Returns when it is over and everything runs again.
    func strike(_ pipeline: PipelineHarness) async throws {
        switch self {
        case .killGateway: try await kill(.gateway, of: pipeline)
        case .killDialog: try await kill(.dialog, of: pipeline)
        case .killSender: try await kill(.sender, of: pipeline)
        case .restartRabbitMQ: try await pipeline.services.rabbitMQ.restart()
        case .restartPostgres: try await pipeline.services.postgres.restart()
        case .drainGateway: try await drain(.gateway, of: pipeline)
        case .drainDialog: try await drain(.dialog, of: pipeline)
        case .drainSender: try await drain(.sender, of: pipeline)
        }
    }

    private func kill(_ part: PipelineHarness.Part, of pipeline: PipelineHarness) async throws {
        await pipeline.kill(part)
        try await pipeline.start(part)
    }

    private func drain(_ part: PipelineHarness.Part, of pipeline: PipelineHarness) async throws {
        let exit = await pipeline.stop(part)
        #expect(exit == .code(0), "\(part.rawValue) did not drain: \(pipeline.log(part).tail)")
        try await pipeline.start(part)
    }
}
