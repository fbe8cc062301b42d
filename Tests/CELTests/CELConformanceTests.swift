import CEL
import Foundation
import Testing

/// The public conformance suite, as JSON files in the folder that the environment variable CEL_VECTORS names.
@Suite("CELConformance")
struct CELConformanceTests {
    @Test("vectors", .enabled(if: Vectors.folder != nil, "CEL_VECTORS names no folder with vectors"))
    func vectors() throws {
        let files = try Vectors.files()
        try #require(!files.isEmpty, "the folder has no JSON files")
        var passed = 0
        var total = 0
        var failures: [String] = []
        for (file, vectors) in files {
            let results = vectors.map { (vector: $0, problem: $0.problem()) }
            let failed = results.filter { $0.problem != nil }
            print("CELConformance \(file): \(results.count - failed.count) of \(results.count)")
            for (vector, problem) in failed {
                failures.append("\(file)/\(vector.section)/\(vector.name): \(vector.expression) — \(problem ?? "")")
            }
            passed += results.count - failed.count
            total += results.count
        }
        print("CELConformance: \(passed) of \(total) vectors passed")
        for failure in failures {
            print("CELConformance failed: \(failure)")
            Issue.record("\(failure)")
        }
    }
}

enum Vectors {
    static var folder: String? {
        guard let path = ProcessInfo.processInfo.environment["CEL_VECTORS"], !path.isEmpty,
            FileManager.default.fileExists(atPath: path)
        else { return nil }
        return path
    }

    static func files() throws -> [(name: String, vectors: [Vector])] {
        guard let folder else { return [] }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
        return try names.map { name in
            let data = try Data(contentsOf: URL(fileURLWithPath: folder).appendingPathComponent(name))
            let items = try JSONSerialization.jsonObject(with: data) as? [[String: Any]] ?? []
            return (String(name.dropLast(5)), items.map { Vector(json: $0) })
        }
    }
}

/// One expression with what it must come to.
struct Vector {
    let json: [String: Any]

    var name: String { json["name"] as? String ?? "?" }
    var section: String { json["section"] as? String ?? "?" }
    var expression: String { json["expr"] as? String ?? "" }
    private var isFlag: (String) -> Bool { { (json[$0] as? NSNumber)?.boolValue ?? false } }

    /// What went wrong; nil when the vector passes.
    func problem() -> String? {
        do {
            let environment = try VectorReader.environment(json)
            let wantsError = json["eval_error"] != nil
            let program: CELProgram
            do {
                program =
                    isFlag("disable_check") ? try environment.compileUnchecked(expression) : try environment.compile(expression)
            } catch {
                return wantsError ? nil : "\(error)"
            }
            let typed = json["typed_result"] as? [String: Any]
            if let deduced = typed?["deduced_type"] as? [String: Any] {
                let wanted = try VectorReader.type(deduced)
                let given = VectorReader.asProtobuf(program.type)
                if given != wanted { return "deduced \(program.type), wanted \(wanted)" }
            }
            if isFlag("check_only") { return nil }
            let value: CELValue
            do {
                value = try program.evaluate(try VectorReader.bindings(json))
            } catch let error as CELError {
                return wantsError ? nil : "\(error)"
            }
            if wantsError { return "gave \(value), wanted an error" }
            let expected = (typed?["result"] ?? json["value"]) as? [String: Any]
            let wanted = try expected.map { try VectorReader.value($0) } ?? .bool(true)
            return VectorReader.same(value, wanted) ? nil : "gave \(value), wanted \(wanted)"
        } catch {
            return "\(error)"
        }
    }
}
