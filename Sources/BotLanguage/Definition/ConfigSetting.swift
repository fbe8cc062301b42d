package import CEL

/// A setting that a bot's owner gives: `config`.
package struct ConfigSetting: Sendable {
    package let name: String
    package let type: ValueType
    /// Only an operation of a worker may take it.
    package let isSecret: Bool
    /// Nil: null when the type allows it, else it must be given.
    package let standard: CELValue?

    /// What expressions see.
    package var cel: CELType { isSecret ? (type.isNullable ? .nullable(SecretText.type) : SecretText.type) : type.cel }
    package var isRequired: Bool { standard == nil && !type.isNullable }
}

/// Values that no expression can read, and nothing shows.
package enum SecretText {
    package static let type = CELType.opaque("secret", [])
    /// It has no fields, and no expression can read what a row is known by.
    private static let shape = CELObject.Shape(type: "secret", fields: [])

    package static func value(_ text: String) -> CELValue { .object(CELObject(shape: shape, values: [], id: .string(text))) }

    /// For the arguments of an operation; nil when it is none.
    package static func text(_ value: CELValue) -> String? {
        guard case .object(let object) = value, object.type == shape.type, case .string(let text)? = object.id else { return nil }
        return text
    }
}
