import CEL
import Logging
import Postgres
import Testing

/// What an expression gives for a row: its value as text, null, or that it fails.
enum Outcome: Sendable, Hashable, CustomStringConvertible {
    case value(String)
    case null
    case failure

    var description: String {
        switch self {
        case .value(let text): text
        case .null: "null"
        case .failure: "an error"
        }
    }

    init(_ value: CELValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .value("\(value)")
        case .int(let value): self = .value("\(value)")
        case .double(let value): self = .value(value.isNaN ? "NaN" : "\(value)")
        case .string(let text): self = .value(text.unicodeScalars.map { $0.escaped(asASCII: true) }.joined())
        case .timestamp(let time): self = .value("\(time.seconds * 1_000_000 + Int64(time.nanoseconds) / 1000)")
        case .duration(let span): self = .value("\(span.nanoseconds / 1000)")
        case .bytes(let bytes): self = .value(bytes.map { Text.hex($0) }.joined())
        default: self = .value("\(value)")
        }
    }
}

/// One expression on its way to both sides.
struct Trial: Sendable {
    let tree: Tree
    let program: CELProgram
    /// What is lowered: the program, or what is left of it when everything but the row is known.
    let lowered: CELProgram
    let bindings: CELBindings
    let isReduced: Bool

    init?(_ tree: Tree, _ bindings: CELBindings, isReduced: Bool = false) {
        guard let program = try? World.environment.compile(tree.text) else { return nil }
        (self.tree, self.program, self.bindings, self.isReduced) = (tree, program, bindings, isReduced)
        guard isReduced else {
            lowered = program
            return
        }
        var known = bindings
        for collection in ["people", "others"] { known[collection] = nil }
        guard let residual = try? program.residual(known) else { return nil }
        lowered = residual.program
    }

    func interpreted(_ row: CELValue) -> Outcome {
        var bindings = bindings
        bindings["r"] = row
        do { return Outcome(try program.evaluate(bindings)) } catch { return .failure }
    }

    /// The expression as a column of type text.
    func column(_ fragment: SQLFragment) -> String {
        switch program.type.unwrapped {
        case .double: "(\(fragment.text))::double precision::text"
        case .timestamp, .duration: "((extract(epoch FROM \(fragment.text)) * 1000000)::bigint)::text"
        case .bytes: "encode(\(fragment.text), 'hex')"
        default: "(\(fragment.text))::text"
        }
    }

    func read(_ text: String?) -> Outcome {
        guard let text else { return program.type.isNullable ? .null : .failure }
        switch program.type.unwrapped {
        case .double: return Double(text).map { Outcome(.double($0)) } ?? .value(text)
        case .string, .enumeration: return Outcome(.string(text))
        default: return .value(text)
        }
    }
}

struct Mismatch: Sendable {
    let tree: Tree
    let text: String
}

/// Both sides, side by side.
struct Comparison: Sendable {
    let world: World
    let pool: PostgresPool

    static func with<Value: Sendable>(_ seed: UInt64, rows: Int, _ body: @Sendable (Comparison) async throws -> Value) async throws -> Value
    {
        let schema = "cel_\(UInt64.random(in: 0 ... .max))"
        var parameters = try ConnectionParameters(try #require(TestServer.url))
        // A zone with summer time: nothing may depend on it.
        try parameters.set("options", "-c search_path=\(schema) -c timezone=America/New_York")
        var configuration = PostgresConfiguration(connection: parameters)
        configuration.maximumConnections = 2
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let pool = try PostgresPool(configuration, logger: logger)
        let service = Task { await pool.run() }
        let result: Result<Value, any Error>
        do {
            let world = World(seed: seed, count: rows)
            _ = try await pool.query("CREATE SCHEMA \(identifier: schema)")
            for statement in world.statements { _ = try await pool.query(PostgresQuery(unsafeSQL: statement).unprepared()) }
            result = .success(try await body(Comparison(world: world, pool: pool)))
        } catch { result = .failure(error) }
        _ = try? await pool.query("DROP SCHEMA IF EXISTS \(identifier: schema) CASCADE")
        pool.close()
        await service.value
        return try result.get()
    }

    enum Answer {
        case rows([[Outcome]])
        /// A part that is known before the query has no value, and can't be passed as having none.
        case unbound
        case refused(String)
    }

    /// The outcomes of several expressions for every row, in one round trip.
    func outcomes(_ trials: [(trial: Trial, fragment: SQLFragment)]) async throws -> Answer {
        var parameters = PostgresParameters()
        var columns: [String] = []
        for (trial, fragment) in trials {
            let values: [CELValue]
            do { values = try fragment.values(trial.bindings).values } catch { return .unbound }
            for (value, parameter) in zip(values, fragment.parameters) { parameters.append(value, parameter.sqlType) }
            columns.append(trial.column(fragment))
        }
        let sql = "SELECT ARRAY[\(columns.joined(separator: ",\n"))] FROM rows AS r ORDER BY r.id"
        do {
            let rows = try await pool.query(PostgresQuery(unsafeSQL: sql, parameters: parameters).unprepared()).decode([String?].self)
            return .rows(rows.map { row in zip(trials, row).map { $0.0.trial.read($0.1) } })
        } catch let error as PostgresError {
            return .refused("\(error.debugDescription)")
        }
    }

    /// What differs, shrunk. Nil when nothing does, or when the expression can't be lowered.
    func mismatch(_ trial: Trial) async throws -> Mismatch? {
        guard let fragment = try? World.lowering().outcome(trial.lowered) else { return nil }
        let outcomes: [[Outcome]]
        switch try await self.outcomes([(trial, fragment)]) {
        case .rows(let rows): outcomes = rows
        case .unbound: return nil
        case .refused(let reason):
            return Mismatch(tree: trial.tree, text: "\(trial.tree.text)\n  the database refuses it: \(reason)\n  \(fragment.text)")
        }
        for (row, found) in zip(world.rows, outcomes) {
            let wanted = trial.interpreted(row)
            guard wanted != found[0] else { continue }
            guard case .object(let object) = row else { continue }
            let used = object.shape.fields.filter { trial.tree.text.contains("r.\($0)") || trial.tree.text.contains("r.?\($0)") }
            let values = used.map { "r.\($0) = \(object[$0].map { "\($0)" } ?? "")" }
            let externals = trial.program.variables.filter { !["r", "people", "others"].contains($0) }.sorted().map {
                "\($0) = \(trial.bindings[$0].map { "\($0)" } ?? "")"
            }
            return Mismatch(
                tree: trial.tree,
                text:
                    "\(trial.tree.text)\n  interpreter: \(wanted), database: \(found[0])\n  with \((values + externals).joined(separator: ", "))\n  \(fragment.text)"
            )
        }
        return nil
    }

    /// The smallest expression found that still differs.
    func shrunk(_ mismatch: Mismatch, _ bindings: CELBindings, isReduced: Bool) async throws -> Mismatch {
        var smallest = mismatch
        var attempts = 0
        search: while attempts < 2_000 {
            for tree in smallest.tree.smaller {
                attempts += 1
                guard let trial = Trial(tree, bindings, isReduced: isReduced), let found = try await self.mismatch(trial) else { continue }
                smallest = found
                continue search
            }
            break
        }
        return smallest
    }

    /// Runs expressions in batches; a batch that the database refuses or that differs is run again one by one.
    func run(_ trials: [Trial]) async throws -> (lowered: Int, failing: Int, mismatches: [Mismatch]) {
        var accepted: [(trial: Trial, fragment: SQLFragment)] = []
        var first = 1
        for trial in trials {
            guard let fragment = try? World.lowering(first: first).outcome(trial.lowered) else { continue }
            accepted.append((trial, fragment))
            first += fragment.parameters.count
        }
        guard !accepted.isEmpty else { return (0, 0, []) }
        var suspects: [Trial] = []
        var failing = 0
        if case .rows(let outcomes) = try await outcomes(accepted) {
            for (index, entry) in accepted.enumerated() {
                let wanted = world.rows.map { entry.trial.interpreted($0) }
                if wanted.contains(.failure) { failing += 1 }
                if zip(outcomes, wanted).contains(where: { $0[index] != $1 }) { suspects.append(entry.trial) }
            }
        } else {
            suspects = accepted.map(\.trial)
        }
        var mismatches: [Mismatch] = []
        for trial in suspects {
            guard let found = try await mismatch(trial) else { continue }
            mismatches.append(mismatches.count < 5 ? try await shrunk(found, trial.bindings, isReduced: trial.isReduced) : found)
        }
        return (accepted.count, failing, mismatches)
    }
}
