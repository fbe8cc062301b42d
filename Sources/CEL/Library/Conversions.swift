extension CELLibrary {
    /// Conversions between types, `type`, `dyn` and `size`.
    static let conversions: [CELFunction] = [
        conversion("bool", "Truth from 'true', 'false', 't', 'f', '1' or '0'.", .bool, from: [.bool, .string]) {
            try Convert.bool($0)
        },
        conversion(
            "int", "A whole number: decimals are cut off, a timestamp gives seconds since 1970.", .int,
            from: [.int, .uint, .double, .string, .timestamp, .duration]
        ) { try Convert.int($0) },
        conversion("uint", "A whole number that isn't negative.", .uint, from: [.uint, .int, .double, .string]) {
            try Convert.uint($0)
        },
        conversion("double", "A number with decimals.", .double, from: [.double, .int, .uint, .string]) {
            try Convert.double($0)
        },
        conversion(
            "string", "The value as text.", .string,
            from: [.string, .bool, .int, .uint, .double, .bytes, .timestamp, .duration]
        ) { try Convert.string($0) },
        conversion("bytes", "Text as UTF-8.", .bytes, from: [.bytes, .string]) { try Convert.bytes($0) },
        conversion(
            "timestamp", "An instant from RFC 3339 text or seconds since 1970.", .timestamp,
            from: [.timestamp, .string, .int]
        ) { try Convert.timestamp($0) },
        conversion("duration", "A span from text such as '1h30m'.", .duration, from: [.duration, .string]) {
            try Convert.duration($0)
        },
        CELFunction(
            "type", documentation: "The type of a value.",
            .global([.parameter("A")], returns: .type, .unary { .type($0.type) })),
        CELFunction(
            "dyn", documentation: "The value, with its type unknown to the checker.",
            .global([.parameter("A")], returns: .dyn, .unary { $0 })),
        CELFunction(
            "size", documentation: "Code points of a string, bytes, elements or entries.",
            overloads: [CELType.string, .bytes, .list(.parameter("A")), .map(.parameter("A"), .parameter("B"))].flatMap {
                type in
                [
                    CELOverload.global([type], returns: .int, .unary { try size($0) }),
                    .receiver([type], returns: .int, .unary { try size($0) }),
                ]
            }),
    ]

    private static func conversion(
        _ name: String, _ documentation: String, _ result: CELType, from types: [CELType],
        _ body: @escaping @Sendable (CELValue) throws -> CELValue
    ) -> CELFunction {
        CELFunction(
            name, documentation: documentation, overloads: types.map { .global([$0], returns: result, .unary(body)) })
    }

    private static func size(_ value: CELValue) throws(CELError) -> CELValue {
        switch value {
        case .string(let text): return .int(Int64(text.unicodeScalars.count))
        case .bytes(let bytes): return .int(Int64(bytes.count))
        case .list(let list): return .int(Int64(list.count))
        case .map(let map): return .int(Int64(map.count))
        default: throw .noOverload("size", value)
        }
    }
}

enum Convert {
    static func bool(_ value: CELValue) throws(CELError) -> CELValue {
        switch value {
        case .bool: return value
        case .string(let text):
            switch text {
            case "true", "TRUE", "True", "t", "1": return .bool(true)
            case "false", "FALSE", "False", "f", "0": return .bool(false)
            default: throw .invalid("the text is neither true nor false")
            }
        default: throw .noOverload("bool", value)
        }
    }

    static func int(_ value: CELValue) throws(CELError) -> CELValue {
        switch value {
        case .int: return value
        case .uint(let number):
            guard let exact = Int64(exactly: number) else { throw .overflow("the uint is too large for an int") }
            return .int(exact)
        case .double(let number):
            // Both ends are left out: near them doubles have no whole numbers of their own.
            guard number > -0x1p63, number < 0x1p63 else { throw .overflow("the double is beyond the range of int") }
            return .int(Int64(number))
        case .string(let text):
            guard !text.hasPrefix("+"), let number = Int64(text) else { throw .invalid("the text is no whole number") }
            return .int(number)
        case .timestamp(let time): return .int(time.seconds)
        case .duration(let span): return .int(span.nanoseconds / 1_000_000_000)
        default: throw .noOverload("int", value)
        }
    }

    static func uint(_ value: CELValue) throws(CELError) -> CELValue {
        switch value {
        case .uint: return value
        case .int(let number):
            guard let exact = UInt64(exactly: number) else { throw .overflow("a uint can't be negative") }
            return .uint(exact)
        case .double(let number):
            guard number > -1, number < 0x1p64 else { throw .overflow("the double is beyond the range of uint") }
            return .uint(UInt64(number))
        case .string(let text):
            guard !text.hasPrefix("+"), let number = UInt64(text) else {
                throw .invalid("the text is no whole number that isn't negative")
            }
            return .uint(number)
        default: throw .noOverload("uint", value)
        }
    }

    static func double(_ value: CELValue) throws(CELError) -> CELValue {
        switch value {
        case .double: return value
        case .int(let number): return .double(Double(number))
        case .uint(let number): return .double(Double(number))
        case .string(let text):
            guard let number = DoubleText.parse(text) else { throw .invalid("the text is no number") }
            return .double(number)
        default: throw .noOverload("double", value)
        }
    }

    static func string(_ value: CELValue) throws(CELError) -> CELValue {
        switch value {
        case .string: return value
        case .bool(let truth): return .string(truth ? "true" : "false")
        case .int(let number): return .string(String(number))
        case .uint(let number): return .string(String(number))
        case .double(let number): return .string(DoubleText.format(number))
        case .bytes(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalid("the bytes are no UTF-8") }
            return .string(text)
        case .timestamp(let time): return .string(time.description)
        case .duration(let span): return .string(span.description)
        default: throw .noOverload("string", value)
        }
    }

    static func bytes(_ value: CELValue) throws(CELError) -> CELValue {
        switch value {
        case .bytes: return value
        case .string(let text): return .bytes(Array(text.utf8))
        default: throw .noOverload("bytes", value)
        }
    }

    static func timestamp(_ value: CELValue) throws(CELError) -> CELValue {
        switch value {
        case .timestamp: return value
        case .int(let seconds): return .timestamp(try .make(seconds: seconds))
        case .string(let text): return .timestamp(try CELTimestamp(parsing: text))
        default: throw .noOverload("timestamp", value)
        }
    }

    static func duration(_ value: CELValue) throws(CELError) -> CELValue {
        switch value {
        case .duration: return value
        case .string(let text): return .duration(try CELDuration(parsing: text))
        default: throw .noOverload("duration", value)
        }
    }
}
