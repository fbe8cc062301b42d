extension CELLibrary {
    private static let wrapped = CELType.parameter("A")
    private static let optional = CELType.optional(.parameter("A"))

    /// Values that may be absent.
    static let optionals: [CELFunction] = [
        CELFunction(
            "optional.of", documentation: "The value as an optional.",
            .global([wrapped], returns: optional, .unary { .optional($0) })),
        CELFunction(
            "optional.none", documentation: "The optional without a value.",
            .global([], returns: optional, .nullary { .optional(nil) })),
        CELFunction(
            "optional.ofNonZeroValue", documentation: "The value as an optional; none of null, 0, '' and what is empty.",
            .global([wrapped], returns: optional, .unary { .optional($0.isZero ? nil : $0) })),
        CELFunction(
            "hasValue", documentation: "Whether there is a value.",
            .receiver([optional], returns: .bool, .unary { .bool(try content($0) != nil) })),
        CELFunction(
            "value", documentation: "The value; an error when there is none.",
            .receiver(
                [optional], returns: wrapped,
                .unary { value in
                    guard let content = try content(value) else { throw CELError(.emptyOptional, "the optional has no value") }
                    return content
                })),
        CELFunction(
            "or", documentation: "This optional, or the other when this has no value.",
            .receiver(
                [optional, optional], returns: optional,
                .binary { first, second in
                    _ = try content(second)
                    return try content(first) == nil ? second : first
                })),
        CELFunction(
            "orValue", documentation: "The value, or the one given when there is none.",
            .receiver([optional, wrapped], returns: wrapped, .binary { try content($0) ?? $1 })),
        CELFunction(
            "optional.unwrap", documentation: "The values of those optionals that have one.",
            .global([.list(optional)], returns: .list(wrapped), .unary { try unwrapped($0) })),
        CELFunction(
            "unwrapOpt", documentation: "The values of those optionals that have one.",
            .receiver([.list(optional)], returns: .list(wrapped), .unary { try unwrapped($0) })),
    ]

    private static func content(_ value: CELValue) throws(CELError) -> CELValue? {
        guard case .optional(let content) = value else { throw .expected("an optional", value) }
        return content
    }

    private static func unwrapped(_ value: CELValue) throws(CELError) -> CELValue {
        var result: [CELValue] = []
        for element in try value.asList() {
            if let content = try content(element) { result.append(content) }
        }
        return .list(result)
    }
}
