package import AMQP
import Contracts
import DevServices
import Logging

/// The broker as the command line reaches it: by `SWITCHBOARD_AMQP_URL`, otherwise that of the `up` of this checkout.
package struct Broker: Sendable {
    package let configuration: AMQPConfiguration
    /// Whether it is the one that `up` started here.
    let isOfUp: Bool

    /// - Throws: ``CLIError`` when there is no address, or a wrong one.
    package init(environment: [String: String], environmentFile: String?) throws {
        let named = environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
        guard let url = named ?? environmentFile.flatMap({ Self.value(of: Self.variable, in: $0) }) else {
            throw CLIError("there is no broker: start one by `./switchboard up`, or name it in \(Self.variable)")
        }
        do { configuration = try AMQPConfiguration(url: url, connectionName: "cli") } catch {
            throw CLIError("\(named == nil ? ".switchboard/env" : Self.variable): \(error)", exitCode: Exit.configuration)
        }
        isOfUp = named == nil
    }

    init(_ checkout: Checkout) throws {
        let isNamed = !currentEnvironment()[Self.variable, default: ""].isEmpty
        // What is left of an earlier run tells where its broker was.
        if !isNamed, !RunningInstance(checkout).isRunning,
            Leftovers.find(folder: checkout.state, record: SupervisorRecord.load(checkout.record)).isEmpty
        {
            throw CLIError("nothing runs: start it by `./switchboard up`, or name another broker in \(Self.variable)")
        }
        try self.init(environment: currentEnvironment(), environmentFile: Files.text(checkout.environmentFile))
    }

    static let variable = "SWITCHBOARD_AMQP_URL"

    /// Of a variable in a file of lines `NAME='value'`.
    package static func value(of name: String, in file: String) -> String? {
        file.split(separator: "\n").lazy.compactMap { line in
            guard line.hasPrefix("\(name)='"), line.hasSuffix("'") else { return nil }
            return String(line.dropFirst(name.count + 2).dropLast())
        }.first
    }

    /// What the connection meets is told as the command's own error.
    static let silent = Logger(label: "cli", factory: { _ in SwiftLogNoOpLogHandler() })

    /// What both ways travel by. The queues are the processes' business.
    package static let exchanges = [Topology.Exchange.inbound, .outbound].map { AMQPExchange($0.rawValue, kind: .topic) }

    /// Runs `body` with a connection that stands, and closes it.
    ///
    /// - Throws: ``CLIError`` (`unavailable`) when there is no connection.
    package func withConnection<Result: Sendable>(
        _ topology: AMQPTopology, _ body: @escaping @Sendable (AMQPConnection) async throws -> Result
    ) async throws -> Result {
        let connection = AMQPConnection(
            configuration: configuration, topology: topology, logger: Self.silent)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await connection.run() }
            defer { group.cancelAll() }
            try await waitUntilReady(connection)
            do {
                let result = try await body(connection)
                await connection.close()
                return result
            } catch {
                await connection.close()
                throw error
            }
        }
    }

    /// The first failure is the last word: whoever waits at a terminal can try again.
    private func waitUntilReady(_ connection: AMQPConnection) async throws {
        let isReady = await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await connection.waitUntilReady()) != nil }
            group.addTask {
                for await failure in connection.failures where failure != nil { break }
                return false
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(10))
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
        guard !isReady else { return }
        let reason = connection.failure.map { ": \($0)" } ?? " \(configuration) within 10 s"
        throw CLIError(
            "no connection to the broker\(reason)" + (isOfUp ? "\n  `./switchboard status` tells whether it runs." : ""))
    }
}
