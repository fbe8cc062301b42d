import BotLanguage
import CEL
import Contracts
import JSON

// What an event costs, in steps of expressions and in bytes.
extension Interpreter {
    mutating func evaluate(_ program: CELProgram, _ bindings: CELBindings) throws(CELError) -> CELValue {
        try program.evaluate(bindings, limits: stepsLeft(), cost: &usage.cost)
    }

    mutating func evaluate(_ sql: SQLFragment, _ bindings: CELBindings) throws(CELError) -> (values: [CELValue], failures: [CELError]) {
        try sql.values(bindings, limits: stepsLeft(), cost: &usage.cost)
    }

    /// What the next evaluation may cost.
    private mutating func stepsLeft() -> CELLimits {
        // To begin takes time, too.
        usage.cost += Self.costOfBeginning
        return CELLimits(cost: max(0, min(engine.limits.expressionCost, engine.limits.cost - usage.cost)))
    }

    /// 5,000 evaluations are a tenth of what an event may cost.
    private static let costOfBeginning = 10

    func failure(_ error: CELError, at position: SourcePosition) -> Interruption {
        guard error.code == .costLimit else { return fail(.expression, error.description, at: position) }
        if usage.cost >= engine.limits.cost {
            return fail(.limit, "the expressions of one event take more than \(engine.limits.cost) steps", at: position)
        }
        return fail(.limit, "the expression takes more than \(engine.limits.expressionCost) steps", at: position)
    }

    mutating func count(output bytes: Int, at position: SourcePosition? = nil) throws(Interruption) {
        usage.output += bytes
        guard usage.output <= engine.limits.output else {
            throw fail(.limit, "the texts of one event have more than \(engine.limits.output) bytes", at: position)
        }
    }

    /// What is handed to somebody else, or kept with a button.
    mutating func count(_ arguments: JSONObject, at position: SourcePosition?) throws(Interruption) {
        try count(output: arguments.members.reduce(0) { $0 + Self.size($1.value) }, at: position)
    }

    private static func size(_ json: JSON) -> Int {
        switch json {
        case .string(let text): text.utf8.count
        case .array(let elements): elements.reduce(8) { $0 + size($1) }
        case .object(let object): object.members.reduce(8) { $0 + size($1.value) }
        default: 8
        }
    }
}
