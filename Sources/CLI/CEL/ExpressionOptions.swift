import ArgumentParser
import CEL
import DevServices
import JSON

/// An expression with what it may use.
struct ExpressionOptions: ParsableArguments {
    @Argument(help: "The expression; - reads it from standard input.")
    var expression: String?

    @Option(
        name: [.short, .customLong("file")], help: "Read the expression from a file; left out, it is the argument.", completion: .file())
    var file: String?

    @Option(
        name: [.short, .customLong("let")], parsing: .singleValue,
        help: ArgumentHelp("A variable's value as JSON or YAML; repeated for several.", valueName: "name=value"))
    var values: [String] = []

    @Option(
        name: [.short, .customLong("bindings")],
        help: "A JSON or YAML file whose members are variables; - is standard input. Without it only those of --let are there.",
        completion: .file())
    var bindings: String?

    @Option(
        name: [.short, .customLong("declare")], parsing: .singleValue,
        help: ArgumentHelp(
            "A variable's type, such as list<string>, map<string, int>, timestamp or int?; repeated for several. Without it a variable has the type of its value.",
            valueName: "name:type"
        ))
    var declarations: [String] = []

    @Option(help: "The namespace that names are looked up in first; none: they are looked up as they stand.")
    var container: String = ""

    static let library = CELLibrary.standard.adding(.networking)

    func source() throws -> String {
        switch (expression, file) {
        case (let expression?, nil) where expression != "-": return expression
        case (nil, let file?), (let file?, nil): return try text(of: file)
        case (nil, nil): throw ValidationError("There is no expression; give one, or --file.")
        default: throw ValidationError("An expression and --file exclude each other.")
        }
    }

    private func text(of file: String) throws -> String {
        let bytes: [UInt8]
        do {
            bytes = try Files.read(file == "-" ? "/dev/stdin" : file)
        } catch {
            throw CLIError(error.message, exitCode: Exit.noInput)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CLIError("\(file): this is no UTF-8", exitCode: Exit.dataError)
        }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// Variables with their types and values. Those without a declaration have the types of their values.
    func scope() throws -> (environment: CELEnvironment, bindings: CELBindings) {
        var given: [(name: String, value: JSON)] = []
        if let bindings {
            let json = try YAMLValues.read(try text(of: bindings), name: bindings)
            guard let object = json.object else {
                throw CLIError("\(bindings): variables are an object, not \(json.kind)", exitCode: Exit.dataError)
            }
            given += object.members.map { ($0.key, $0.value) }
        }
        for pair in values {
            guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else {
                throw ValidationError("--let takes name=value, not '\(pair)'.")
            }
            given.append((String(pair[..<equals]), try YAMLValues.read(String(pair[pair.index(after: equals)...]), name: "--let \(pair)")))
        }
        var types: [String: CELType] = [:]
        for pair in declarations {
            guard let colon = pair.firstIndex(of: ":"), colon != pair.startIndex else {
                throw ValidationError("--declare takes name:type, not '\(pair)'.")
            }
            let text = String(pair[pair.index(after: colon)...])
            do throws(CELCompileError) {
                types[String(pair[..<colon])] = try CELType(parsing: text)
            } catch {
                throw CLIError("--declare \(pair): \(error.render(text))", exitCode: Exit.usage)
            }
        }
        var bindings = CELBindings()
        for (name, json) in given {
            do throws(CELError) {
                let value = try CELValue(json: json, as: types[name] ?? .dyn)
                if types[name] == nil { types[name] = CELType(of: value) }
                bindings[name] = value
            } catch {
                throw CLIError("\(name): \(error.message)", exitCode: Exit.dataError)
            }
        }
        return (CELEnvironment(container: container, variables: types, library: Self.library), bindings)
    }
}

/// Tells what is wrong with an expression: JSON as data, text to the person.
enum ExpressionReport {
    static func end(_ error: CELCompileError, _ source: String, _ output: OutputOption) throws -> Never {
        if output.format == .text { throw CLIError(error.render(source), exitCode: Exit.dataError) }
        output.print(text: "", json: ["valid": false, "issues": .array(error.issues.map(\.json))])
        throw ExitCode(Exit.dataError)
    }

    static func end(_ error: CELError, _ source: String, _ output: OutputOption) throws -> Never {
        if output.format == .text { throw CLIError(error.render(source), exitCode: Exit.dataError) }
        var members: [(key: String, value: JSON)] = [("code", .string("\(error.code)")), ("message", .string(error.message))]
        if let offset = error.offset {
            let place = CELIssue(error.message, offset: offset, in: source)
            members += [("line", .int(Int64(place.line))), ("column", .int(Int64(place.column)))]
        }
        output.print(text: "", json: ["valid": true, "error": .object(JSONObject(members))])
        throw ExitCode(Exit.dataError)
    }
}

extension CELIssue {
    var json: JSON {
        [
            "line": .int(Int64(line)), "column": .int(Int64(column)), "offset": .int(Int64(range.lowerBound)),
            "length": .int(Int64(range.count)), "message": .string(message), "suggestion": suggestion.map { .string($0) } ?? .null,
        ]
    }
}
