/// A value in a header table or in the arguments of a queue.
///
/// Every type RabbitMQ knows decodes to one of these: all widths of integers to ``int(_:)`` (an unsigned 64-bit value
/// above `Int64.max` is clamped), both floats to ``double(_:)``, text that is no UTF-8 to ``bytes(_:)``.
public enum AMQPFieldValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    /// `value` divided by ten to the power of `scale`.
    case decimal(scale: UInt8, value: UInt32)
    case string(String)
    case bytes([UInt8])
    /// Seconds since 1970-01-01 UTC.
    case timestamp(UInt64)
    case table(AMQPTable)
    case array([AMQPFieldValue])

    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    public var intValue: Int64? { if case .int(let value) = self { value } else { nil } }
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var tableValue: AMQPTable? { if case .table(let value) = self { value } else { nil } }
    public var arrayValue: [AMQPFieldValue]? { if case .array(let value) = self { value } else { nil } }
}

extension AMQPFieldValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
}

/// A field table: a few names with values, in the order of the wire.
///
/// Looked up by scanning: tables in messages hold a handful of entries, for which a hash table costs more than it saves.
public struct AMQPTable: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    public struct Entry: Sendable, Hashable {
        /// At most 128 bytes of UTF-8 in AMQP; 255 can be sent.
        public var key: String
        public var value: AMQPFieldValue

        public init(_ key: String, _ value: AMQPFieldValue) {
            self.key = key
            self.value = value
        }
    }

    public var entries: [Entry]

    public init(_ entries: [Entry] = []) { self.entries = entries }

    public init(dictionaryLiteral elements: (String, AMQPFieldValue)...) {
        entries = elements.map { Entry($0.0, $0.1) }
    }

    public var isEmpty: Bool { entries.isEmpty }

    /// The first value of that name. Setting nil removes every entry of the name.
    public subscript(key: String) -> AMQPFieldValue? {
        get { entries.first { $0.key == key }?.value }
        set {
            guard let newValue else { return entries.removeAll { $0.key == key } }
            if let index = entries.firstIndex(where: { $0.key == key }) {
                entries[index].value = newValue
            } else {
                entries.append(Entry(key, newValue))
            }
        }
    }
}
