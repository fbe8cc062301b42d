public import JSON

/// A name given by somebody else, kept as text because platforms disagree on its form.
public protocol Identifier: RawRepresentable<String>, Hashable, Sendable, JSONCodable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    init(rawValue: String)
}

extension Identifier {
    public init(_ value: some BinaryInteger) { self.init(rawValue: String(value)) }
    public init(_ value: String) { self.init(rawValue: value) }
    public init(stringLiteral value: String) { self.init(rawValue: value) }
    public init(json: JSON) throws(JSONError) { self.init(rawValue: try String(json: json)) }
    public var description: String { rawValue }
}

/// A chat on its platform; Telegram's number as text.
public struct ChatID: Identifier {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A person (or another bot) on its platform.
public struct PersonID: Identifier {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A message within its chat.
public struct MessageID: Identifier {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// An envelope's identity; see ``Envelope/id``.
public struct EnvelopeID: Identifier {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The identity of the `index`-th effect of what this identifies: the same on every repeat.
    public func effect(_ index: Int) -> EnvelopeID { derived(String(index)) }

    /// An identity made of this one and a word, the same on every repeat. AMQP takes 255 bytes: in a long chain of causes what
    /// lies behind the beginning is replaced by its hash.
    package func derived(_ word: String) -> EnvelopeID {
        let whole = "\(rawValue)/\(word)"
        guard whole.utf8.count > 180 else { return EnvelopeID(rawValue: whole) }
        let first = StableHash.of(whole)
        let hash = String(first, radix: 36) + String(StableHash.of(whole, seed: first), radix: 36)
        return EnvelopeID(rawValue: "\(String(rawValue.unicodeScalars.prefix(40)))~\(hash)")
    }
}

/// A bot's name in this installation: `[a-z0-9_-]`, 1–32 characters, so that it fits a routing key, a metric's
/// label, a PostgreSQL schema and an environment variable.
public struct BotName: Hashable, Sendable, CustomStringConvertible, JSONCodable {
    public let rawValue: String

    /// Nil when `name` is no valid name.
    public init?(_ name: String) {
        let isValid =
            (1...32).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        guard isValid else { return nil }
        rawValue = name
    }

    public init(json: JSON) throws(JSONError) {
        guard let name = BotName(try String(json: json)) else { throw JSONError(.value, "is no bot name") }
        self = name
    }

    public func write(to json: inout JSONWriter) { json.value(rawValue) }
    public var description: String { rawValue }
}

/// Where people talk to a bot.
public enum Platform: String, Sendable, Hashable, CaseIterable, JSONCodable {
    case telegram
    case vk
    case rest
}
