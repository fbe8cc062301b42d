extension CELLibrary {
    /// Strings in the language's own definition.
    static let coreStrings: [CELFunction] = [
        test("contains", "Whether the text occurs in this one.") { Text.firstIndex(of: $1, in: $0, from: 0) != nil },
        test("startsWith", "Whether this text begins with the other.") { $0.starts(with: $1) },
        test("endsWith", "Whether this text ends with the other.") { $0.reversed().starts(with: $1.reversed()) },
        CELFunction(
            "matches", documentation: "Whether a regular expression (RE2 syntax) is found in the text.",
            .receiver([.string, .string], returns: .bool, .binary { try matches($0, $1) }),
            .global([.string, .string], returns: .bool, .binary { try matches($0, $1) })),
    ]

    private static func test(
        _ name: String, _ documentation: String, _ body: @escaping @Sendable (String.UTF8View, String.UTF8View) -> Bool
    ) -> CELFunction {
        CELFunction(
            name, documentation: documentation,
            .receiver(
                [.string, .string], returns: .bool, .binary { .bool(body(try $0.asString().utf8, try $1.asString().utf8)) }))
    }

    private static func matches(_ text: CELValue, _ pattern: CELValue) throws(CELError) -> CELValue {
        let pattern = try Pattern.compiled(try pattern.asString())
        return .bool(try pattern.isFound(in: try text.asString()))
    }
}
