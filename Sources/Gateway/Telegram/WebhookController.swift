import Bus
import Contracts
import HTTPTypes
package import Hummingbird
import JSON
package import Logging
import Metrics
import NIOCore
import Registry
import Runtime
import Telegram

/// Serves the webhooks of all bots that have one.
///
/// 200 says that the broker has the update, and nothing else does: anything else makes Telegram send it again.
package struct WebhookController: Sendable {
    package typealias Context = BasicRequestContext

    private let intake: UpdateIntake
    private let bodyLimit: Int
    private let logger: Logger
    private let durations = InstrumentCache<Int, Timer> { status in
        MetricCatalogue.httpServerDuration.timer([
            ("http.request.method", "POST"), ("http.route", "webhook"), ("http.response.status_code", String(status)),
        ])
    }

    /// - Parameter bodyLimit: in bytes; Telegram's updates stay far below a megabyte.
    package init(intake: UpdateIntake, bodyLimit: Int, logger: Logger) {
        self.intake = intake
        self.bodyLimit = bodyLimit
        self.logger = logger
    }

    package func addRoutes(for bots: [BotIntake], to router: Router<Context>) {
        for bot in bots {
            guard case .webhook(let webhook) = bot.updates else { continue }
            router.post(RouterPath(webhook.path)) { request, _ in
                await answer(request, bot: bot.account, secret: webhook.secret)
            }
        }
    }

    private static let secretHeader = HTTPField.Name("X-Telegram-Bot-Api-Secret-Token")

    private func answer(_ request: Request, bot: BotAccount, secret: Secret) async -> Response {
        let start = ContinuousClock.now
        let response = await receive(request, bot: bot, secret: secret)
        durations[response.status.code].record(duration: start.duration(to: .now))
        return response
    }

    private func receive(_ request: Request, bot: BotAccount, secret: Secret) async -> Response {
        guard let name = Self.secretHeader, secret.matches(request.headers[name] ?? "") else {
            return refuse(.unauthorized, "wrong or missing secret token", bot: bot)
        }
        let body: [UInt8]
        do {
            let buffer = try await request.body.collect(upTo: bodyLimit)
            body = Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            return refuse(.contentTooLarge, "the body is larger than \(bodyLimit) bytes", bot: bot)
        } catch {
            return refuse(.badRequest, "the body could not be read", bot: bot)
        }
        let update: TelegramUpdate
        do throws(JSONError) { update = try TelegramUpdate(parsing: body) } catch {
            return refuse(.badRequest, "not an update: \(error)", bot: bot)
        }
        do throws(BusError) { try await intake.accept([update], for: bot, by: .webhook, at: .now) } catch {
            logger.warning("an update must come again", metadata: ["bot": "\(bot.name)", "error": "\(error)"])
            var response = refuse(.serviceUnavailable, "the broker is away", bot: bot)
            response.headers[.retryAfter] = "2"
            return response
        }
        return Response(status: .ok)
    }

    /// The reason names places, never content.
    private func refuse(_ status: HTTPResponse.Status, _ reason: String, bot: BotAccount) -> Response {
        MetricCatalogue.gatewayRefused.counter([("bot", bot.name.rawValue), ("http.response.status_code", String(status.code))]).increment()
        logger.notice("refused a webhook call", metadata: ["bot": "\(bot.name)", "status": "\(status.code)", "reason": "\(reason)"])
        let body = JSON.object(JSONObject([("ok", false), ("error_code", .int(Int64(status.code))), ("description", .string(reason))]))
        return Response(
            status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: ByteBuffer(bytes: body.bytes)))
    }
}
