import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Testing

let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

/// Serves `router` on a free port of this machine during `body`, which is told where.
func withServer(_ router: Router<BasicRequestContext>, _ body: (_ address: String) async throws -> Void) async throws {
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
        router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) }, logger: silent)
    let group = ServiceGroup(configuration: .init(services: [application], logger: silent))
    async let running: Void = group.run()
    var iterator = ports.makeAsyncIterator()
    let number = try #require(await iterator.next())
    try await body("http://127.0.0.1:\(number)")
    await group.triggerGracefulShutdown()
    try await running
}
