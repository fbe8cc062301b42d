import CEL
import JSON
import Measuring

/// Times parsing, compiling and evaluating of typical expressions.
///
///     CELBenchmark [guard evaluate …]    all figures, or those of which the names have all these words
///     CELBenchmark definition            loading a bot of many expressions
///     CELBenchmark cases                 the expressions and their data, for other implementations, as JSON
///     CELBenchmark results               the figures as JSON
@main
enum CELBenchmark {
    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        switch words.first {
        case "cases": print(JSON.array(try Case.all.map { try described($0) }))
        case "results": print(JSON.array(try measureAll().map(\.json)))
        case "definition":
            let figure = try Meter { try LargeDefinition.load() }
            print("loading and checking a definition of \(LargeDefinition.screens * 5) expressions: \(Int(figure.nanoseconds / 1000)) µs")
        default: for line in try measureAll(words) { print(line) }
        }
    }

    private static func described(_ item: Case) throws -> JSON {
        let program = try environment(item.maps).compile(item.expression)
        let result = try program.evaluate(bindings(item.maps))
        return [
            "name": .string(item.name), "expression": .string(item.expression),
            "bindings": .object(JSONObject(item.maps.sorted { $0.key < $1.key }.map { ($0.key, json($0.value.value)) })),
            "result": json(result),
        ]
    }

    private static func environment(_ variables: [String: (type: CELType, value: CELValue)]) -> CELEnvironment {
        CELEnvironment(variables: variables.mapValues(\.type), records: [Case.userType, Case.rowType, Case.itemType])
    }

    private static func bindings(_ variables: [String: (type: CELType, value: CELValue)]) -> CELBindings {
        CELBindings(variables.mapValues(\.value))
    }

    /// Timestamps as `{"timestamp": text}`.
    private static func json(_ value: CELValue) -> JSON {
        switch value {
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        case .string(let value): .string(value)
        case .list(let list): .array(list.map { json($0) })
        case .map(let map):
            .object(JSONObject(map.compactMap { key, value in (try? key.asString()).map { ($0, json(value)) } }))
        case .timestamp(let time): ["timestamp": .string(time.description)]
        default: .null
        }
    }
}

// Measuring.
extension CELBenchmark {
    struct Line: CustomStringConvertible {
        let name: String
        let variant: String
        let stage: String
        let figure: Meter

        var description: String {
            let allocations = figure.allocations.map { ", \(Int($0.rounded())) allocations" } ?? ""
            return "\(name), \(variant), \(stage): \(Int(figure.nanoseconds)) ns\(allocations)"
        }

        var json: JSON {
            [
                "case": .string(name), "variant": .string(variant), "stage": .string(stage), "ns": .double(figure.nanoseconds),
                "allocations": figure.allocations.map { .double($0) } ?? .null,
            ]
        }
    }

    private static func measureAll(_ words: [String] = []) throws -> [Line] {
        try Case.all.flatMap { item in
            try measure(item, "maps", item.maps, words) + measure(item, "records", item.records, words)
        }
    }

    private static func measure(
        _ item: Case, _ variant: String, _ variables: [String: (type: CELType, value: CELValue)], _ words: [String]
    ) throws -> [Line] {
        let environment = environment(variables)
        let bindings = bindings(variables)
        let program = try environment.compile(item.expression)
        let stages: [(String, () throws -> Void)] = [
            ("parse", { try environment.parseOnly(item.expression) }),
            ("check", { _ = try environment.check(item.expression) }),
            ("compile", { _ = try environment.compile(item.expression) }),
            ("evaluate", { _ = try program.evaluate(bindings) }),
        ]
        return try stages.filter { stage, _ in words.allSatisfy { "\(item.name) \(variant) \(stage)".contains($0) } }
            .map { stage, body in Line(name: item.name, variant: variant, stage: stage, figure: try Meter(body)) }
    }
}

extension CELEnvironment {
    fileprivate func parseOnly(_ source: String) throws { _ = try Parser.parse(source) }
}
