extension CELType {
    /// The type of a value in a place of this type, where the value tells more than the place.
    func narrowed(to value: CELValue) -> CELType {
        switch self {
        case .dyn: CELType(of: value)
        case .nullable(let inner): value.isNull ? .null : inner.narrowed(to: value)
        default: self
        }
    }

    /// The type of a value, with those of its elements as far as they agree.
    public init(of value: CELValue) { self = .of(value) }

    private static func of(_ value: CELValue) -> CELType {
        switch value {
        case .list(let list): .list(common(list))
        case .map(let map): .map(common(map.keys), common(map.values))
        case .optional(let inner?): .optional(of(inner))
        default: value.type
        }
    }

    private static func common(_ values: [CELValue]) -> CELType {
        guard let first = values.first.map({ of($0) }) else { return .dyn }
        return values.dropFirst().allSatisfy { of($0) == first } ? first : .dyn
    }
}
