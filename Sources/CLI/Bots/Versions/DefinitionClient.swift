import DevServices
import JSON

/// Published definitions as the command line reaches them: through `switchboard-dialog`, which knows the database.
struct DefinitionClient {
    private let program: String
    private let environment: [String: String]

    /// - Throws: ``CLIError`` when there is no database to be found.
    init(_ checkout: Checkout) throws {
        program = checkout.binaries + "/switchboard-dialog"
        guard Files.isExecutable(program) else {
            throw CLIError("\(program) is missing: `./switchboard up` builds it", exitCode: Exit.unavailable)
        }
        var environment = currentEnvironment()
        if environment[Self.variable, default: ""].isEmpty {
            guard RunningInstance(checkout).isRunning else {
                throw CLIError("nothing runs: start it by `./switchboard up`, or name another database in \(Self.variable)")
            }
            guard let url = Files.text(checkout.environmentFile).flatMap({ Broker.value(of: Self.variable, in: $0) }) else {
                throw CLIError("there is no database: name one in \(Self.variable)")
            }
            environment[Self.variable] = url
        }
        self.environment = environment
    }

    private static let variable = "SWITCHBOARD_POSTGRES_URL"

    /// What the program says, also when it refuses.
    ///
    /// - Throws: ``CLIError`` when it couldn't do its work.
    func ask(_ arguments: [String]) async throws -> JSON {
        let result = try await Command.run(program, arguments, environment: environment, within: .seconds(600))
        let lines = result.output.split(separator: "\n")
        if let report = lines.last(where: { $0.hasPrefix("{") }).flatMap({ try? JSON(parsing: Array($0.utf8)) }) { return report }
        let words = result.output.hasPrefix("switchboard-dialog: ") ? String(result.output.dropFirst(20)) : result.output
        guard case .code(let code) = result.exit else {
            throw CLIError("switchboard-dialog ended with \(result.exit):\n\(words)", exitCode: Exit.software)
        }
        throw CLIError(words, exitCode: code == 0 ? Exit.software : code)
    }
}
