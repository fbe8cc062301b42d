import ArgumentParser
import CEL
import JSON

extension CELCommand {
    struct EvalCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "eval", abstract: "Evaluates an expression.",
            discussion: """
                Variables come from --let and --bindings. Text output is the value as the language writes it; json and jsonl are
                {value, type}, or {error}, or {issues}. With --partial, variables that are declared but have no value are
                left open, and what remains of the expression is printed.
                Exit code: 0 evaluated, 65 the expression or a value is wrong, or the evaluation fails, 66 a file can't be read.

                Examples:
                  ./switchboard cel eval '1 + 2'
                  ./switchboard cel eval --let 'items=[3, 4]' 'items.map(i, i * 2).sum()'
                  ./switchboard cel eval --declare at:timestamp --let at=2026-01-31T12:00:00Z 'at.getMonth()'
                  ./switchboard cel eval --bindings order.yaml --file guard.cel --output json
                  ./switchboard cel eval --partial --declare n:int --let k=2 'k > 1 && n > k'
                """)

        @OptionGroup var expression: ExpressionOptions

        @Option(help: "How many steps the evaluation may take.")
        var cost: Int = CELLimits.default.cost

        @Flag(help: "Evaluate what can be, and print the rest.")
        var partial = false

        @OptionGroup var output: OutputOption

        func run() throws {
            let source = try expression.source()
            let (environment, bindings) = try expression.scope()
            let limits = CELLimits(cost: max(0, cost))
            do {
                let program = try environment.compile(source)
                if partial {
                    let rest = try program.residual(bindings, limits: limits)
                    return output.print(
                        text: rest.text,
                        json: [
                            "rest": .string(rest.text), "type": .string("\(program.type)"),
                            "variables": .array(rest.variables.sorted().map { .string($0) }),
                        ])
                }
                let value = try program.evaluate(bindings, limits: limits)
                output.print(
                    text: LiteralText.text(value, type: program.type),
                    json: ["value": value.json, "type": .string("\(CELType(of: value))")])
            } catch let error as CELCompileError {
                try ExpressionReport.end(error, source, output)
            } catch let error as CELError {
                try ExpressionReport.end(error, source, output)
            }
        }
    }

    struct CheckCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Says what is wrong with an expression, or of which type it is.",
            discussion: """
                All mistakes are told, each with line, column and what was probably meant. json and jsonl are {valid, type,
                variables} or {valid, issues}.
                Exit code: 0 the expression is right, 65 it is not, 66 a file can't be read.

                Examples:
                  ./switchboard cel check --declare n:int 'n > 3'
                  ./switchboard cel check --declare 'tags:list<string>' --expect bool "tags.exists(t, t.startsWith('a'))"
                  ./switchboard cel check --declare n:int 'm + 1' --output json | jq -r '.issues[].message'
                """)

        @OptionGroup var expression: ExpressionOptions

        @Option(help: "The type the result must have; without it any will do.")
        var expect: String?

        @OptionGroup var output: OutputOption

        func run() throws {
            let source = try expression.source()
            let (environment, _) = try expression.scope()
            var expected: CELType?
            if let expect {
                do throws(CELCompileError) { expected = try CELType(parsing: expect) } catch {
                    throw CLIError("--expect: \(error.render(expect))", exitCode: Exit.usage)
                }
            }
            do throws(CELCompileError) {
                let program = try environment.compile(source, expecting: expected)
                output.print(
                    text: "\(program.type)",
                    json: [
                        "valid": true, "type": .string("\(program.type)"),
                        "variables": .array(program.variables.sorted().map { .string($0) }),
                        "formatted": .string(program.formatted),
                    ])
            } catch {
                try ExpressionReport.end(error, source, output)
            }
        }
    }

    struct ASTCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ast", abstract: "Shows how an expression is understood: its tree, a node a line.",
            discussion: """
                When all names are declared, or bound, each node has its type behind it; otherwise the tree is the form alone.
                json and jsonl have {formatted, tree}, where a node is {node, type, parts}.

                Examples:
                  ./switchboard cel ast 'a + b * c'
                  ./switchboard cel ast --declare 'xs:list<int>' 'xs.map(x, x * 2)'
                  ./switchboard cel ast '(a)||((b))' --output json | jq -r .formatted
                """)

        @OptionGroup var expression: ExpressionOptions

        @OptionGroup var output: OutputOption

        func run() throws {
            let source = try expression.source()
            let (environment, _) = try expression.scope()
            do throws(CELCompileError) {
                let checked = try? environment.check(source)
                let ast = if let checked { checked.ast } else { try Parser.parse(source).ast }
                let formatted = try environment.formatted(source)
                output.print(
                    text: ast.outline { id in checked.map { ": \($0.type(of: id))" } },
                    json: ["formatted": .string(formatted), "tree": Self.json(ast, ast.root, checked)])
            } catch {
                try ExpressionReport.end(error, source, output)
            }
        }

        private static func json(_ ast: AST, _ id: AST.ID, _ checked: CheckedAST?) -> JSON {
            var members: [(key: String, value: JSON)] = [("node", .string(ast.label(id)))]
            if let checked { members.append(("type", .string("\(checked.type(of: id))"))) }
            let children = ast.children(of: id)
            if !children.isEmpty { members.append(("parts", .array(children.map { json(ast, $0, checked) }))) }
            return .object(JSONObject(members))
        }
    }
}
