import CEL
import Testing

/// Evaluates an expression in an environment of its own.
func evaluate(
    _ source: String, _ bindings: CELBindings = [:], in environment: CELEnvironment = CELEnvironment(),
    limits: CELLimits = .default
) throws -> CELValue {
    try environment.compile(source).evaluate(bindings, limits: limits)
}

/// The issues of an expression that must not compile.
func issues(_ source: String, in environment: CELEnvironment = CELEnvironment(), expecting: CELType? = nil)
    -> [CELIssue]
{
    do {
        let program = try environment.compile(source, expecting: expecting)
        Issue.record("'\(source)' compiled, as \(program.type)")
        return []
    } catch {
        return error.issues
    }
}

/// How an evaluation fails.
func failure(
    _ source: String, _ bindings: CELBindings = [:], in environment: CELEnvironment = CELEnvironment(),
    limits: CELLimits = .default
) throws -> CELError? {
    let program = try environment.compile(source)
    do {
        let value = try program.evaluate(bindings, limits: limits)
        Issue.record("'\(source)' gave \(value)")
        return nil
    } catch {
        return error
    }
}

/// A small shop: what a definition might declare.
enum Shop {
    static let users = CELRecord(
        name: "users",
        fields: [.init("id", .int), .init("name", .string), .init("role", .string), .init("tz", .nullable(.string))])
    static let orders = CELRecord(
        name: "orders",
        fields: [
            .init("id", .int), .init("customer", .object("users")), .init("courier", .nullable(.object("users"))),
            .init("status", .enumeration("Status")), .init("total", .double), .init("qty", .int),
            .init("note", .nullable(.string)), .init("at", .timestamp), .init("tip", .nullable(.int)),
        ])
    static let status = CELEnum(name: "Status", members: ["placed", "taken", "delivered"])
    static let environment = CELEnvironment(
        variables: [
            "user": .object("users"), "o": .object("orders"), "items": .list(.int), "now": .timestamp, "x": .nullable(.int),
            "ys": .list(.object("orders")), "name": .string,
        ],
        records: [users, orders], enums: [status])

    static func user(_ id: Int64, _ name: String = "ann", role: String = "admin", tz: CELValue = .null) -> CELValue {
        .object(users.object(["id": .int(id), "name": .string(name), "role": .string(role), "tz": tz], id: .int(id)))
    }

    static func order(_ id: Int64, _ fields: [String: CELValue] = [:]) -> CELValue {
        let standard: [String: CELValue] = [
            "id": .int(id), "customer": user(1), "status": .string("placed"), "total": .double(9.5), "qty": .int(2),
            "at": .timestamp(CELTimestamp(seconds: 1_700_000_000)),
        ]
        return .object(orders.object(standard.merging(fields) { _, new in new }, id: .int(id)))
    }
}
