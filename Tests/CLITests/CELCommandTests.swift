import CEL
import CLI
import DevServices
import Foundation
import JSON
import Testing

enum CommandLineProgram {
    /// Beside the tests' own bundle.
    static let path: String? = {
        let folder = Files.parent(CommandLine.arguments[0])
        return ["switchboard-cli", "CLI"].map { "\(folder)/\($0)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()
}

/// The commands as somebody calls them: the program itself, with its output and its exit code.
@Suite(.enabled(if: CommandLineProgram.path != nil, "switchboard-cli isn't built"))
struct CELCommandTests {
    struct Outcome {
        var output: String
        var errors: String
        var status: Int32
    }

    static func run(_ arguments: [String], input: String = "") throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(CommandLineProgram.path))
        process.arguments = ["cel"] + arguments
        let (output, errors, standardInput) = (Pipe(), Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = standardInput
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let written = output.fileHandleForReading.readDataToEndOfFile()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            output: String(decoding: written, as: UTF8.self), errors: String(decoding: said, as: UTF8.self),
            status: process.terminationStatus)
    }

    @Test(arguments: [
        (["eval", "1 + 2"], "3\n"), (["eval", "--let", "xs=[3, 4]", "xs.map(x, x * 2)"], "[6, 8]\n"),
        (["eval", "--let", "o={name: ann, total: 1.5}", "o.name + string(o.total)"], "'ann1.5'\n"),
        (["eval", "--declare", "at:timestamp", "--let", "at=2026-01-31T12:00:00Z", "at.getMonth()"], "0\n"),
        (["eval", "--declare", "m:map<int, double>", "--let", "m={1: 2}", "m[1]"], "2.0\n"),
        (
            ["eval", "--output", "json", "{'a': [1u, duration('1s')]}"],
            "{\"value\":{\"a\":[1,\"1s\"]},\"type\":\"map<string, list<dyn>>\"}\n"
        ),
        (["eval", "--partial", "--declare", "n:int", "--let", "k=2", "k > 1 && n > k"], "n > 2\n"),
        (["check", "--declare", "n:int?", "n"], "int?\n"),
        (
            ["check", "--output", "json", "--declare", "n:int", "(n)+1"],
            "{\"valid\":true,\"type\":\"int\",\"variables\":[\"n\"],\"formatted\":\"n + 1\"}\n"
        ),
        (["ast", "a + b * 2"], "call '+'\n  name a\n  call '*'\n    name b\n    literal 2\n"),
        (["ast", "--declare", "a:int", "a < 1"], "call '<'  : bool\n  name a  : int\n  literal 1  : int\n"),
        (
            ["functions", "sets.contains"],
            "Whether the first list has every element of the second.\n    sets.contains(list<A>, list<A>) -> bool\n"
        ),
    ])
    func answers(arguments: [String], output: String) throws {
        let outcome = try Self.run(arguments)
        #expect(outcome.output == output, "\(outcome.errors)")
        #expect(outcome.status == 0)
    }

    @Test(arguments: [
        (["eval", "1 +"], Int32(65), "1:4: expected an expression, found the end"), (["eval", "1 / 0"], 65, "divide by zero"),
        (["eval", "--cost", "10", "lists.range(100).map(x, x)"], 65, "cost limit"),
        (["check", "--declare", "user:string", "usr + 1"], 65, "did you mean 'user'?"),
        (["check", "--expect", "bool", "1"], 65, "bool is wanted"),
        (["check", "--declare", "n:lst<int>", "n"], 64, "'lst' has no parameters"), (["eval"], 64, "There is no expression"),
        (["eval", "--file", "/nonexistent/x.cel"], 66, "x.cel"), (["eval", "--let", "x", "x"], 64, "name=value"),
        (["eval", "--declare", "n:int", "--let", "n=a", "n"], 65, "int is declared"), (["ast", "(1"], 65, "expected ')'"),
    ])
    func mistakes(arguments: [String], status: Int32, said: String) throws {
        let outcome = try Self.run(arguments)
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.contains(said), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test func aCaretShowsThePlace() throws {
        let outcome = try Self.run(["check", "1 + nme * 2", "--declare", "name:int"])
        #expect(outcome.errors.contains(" | 1 + nme * 2\n |     ^^^\n"))
    }

    @Test func mistakesAreDataToo() throws {
        let outcome = try Self.run(["check", "--output", "json", "1 +* nope"])
        #expect(outcome.status == 65)
        let json = try JSON(parsing: Array(outcome.output.utf8))
        #expect(json["issues"]?.array?.map { $0["column"]?.int } == [4, 6])
        let failed = try JSON(parsing: Array(try Self.run(["eval", "--output", "json", "[1][2]"]).output.utf8))
        #expect(failed["error"]?["code"]?.string == "index out of range")
    }

    @Test func expressionsAndVariablesComeFromFilesAndStandardInput() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cel-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let expression = folder.appendingPathComponent("guard.cel")
        try Data("order.total > 10.0 &&\n  order.lines.exists(l, l.qty > 1)\n".utf8).write(to: expression)
        let bindings = folder.appendingPathComponent("order.yaml")
        try Data("order:\n  total: 12.5\n  lines:\n    - qty: 2\n".utf8).write(to: bindings)
        #expect(try Self.run(["eval", "--file", expression.path, "--bindings", bindings.path]).output == "true\n")
        #expect(try Self.run(["eval", "-"], input: "2 * 21\n").output == "42\n")
        #expect(try Self.run(["eval", "x + 1", "--bindings", "-"], input: "{\"x\": 1}").output == "2\n")
    }
}

struct CELValueJSONTests {
    @Test(arguments: [
        "null", "true", "1", "-9223372036854775808", "1.5", "'é'", "[1, [2]]", "{'a': {'b': [null]}}", "timestamp('2026-01-31T12:00:00Z')",
        "duration('1.5s')", "b'\\x00\\xff'",
        "7u", "{1: 'a'}", "{true: 1.5}",
    ])
    func thereAndBack(source: String) throws {
        let program = try CELEnvironment().compile(source)
        let value = try program.evaluate()
        #expect(try CELValue(json: value.json, as: program.type) == value)
    }
}
