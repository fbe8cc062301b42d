public import JSON

/// Something that a worker does when it is asked, by whoever asks.
public struct Operation: Hashable, Sendable, CustomStringConvertible, JSONCodable, ExpressibleByStringLiteral {
    /// `<area>.<verb>`, as it stands in routing keys.
    public let name: String

    /// For contracts, whose names a test checks.
    public init(stringLiteral name: String) { self.name = name }

    /// Nil when `name` isn't two words of `a–z`, `0–9` and `_` with a point between them, 64 bytes at most.
    public init?(_ name: String) {
        let words = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard name.utf8.count <= 64, words.count == 2, words.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isPartOfWord) }) else {
            return nil
        }
        self.name = name
    }

    private static func isPartOfWord(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "_")
    }

    /// ``SetTimer``.
    public static let setTimer: Operation = "timers.set"
    /// ``CancelTimers``.
    public static let cancelTimers: Operation = "timers.cancel"
    /// Comes back as it was sent.
    public static let probeEcho: Operation = "probe.echo"
    /// Fails as asked.
    public static let probeFail: Operation = "probe.fail"
    /// Takes its time and says how far it is.
    public static let probeSlow: Operation = "probe.slow"

    /// Puts a file into the object store.
    public static let storeFile: Operation = "files.store"

    /// The envelope's type of a request.
    public var type: String { "request.\(name)" }
    public var description: String { name }

    public init(json: JSON) throws(JSONError) {
        guard let operation = Operation(try String(json: json)) else { throw JSONError(.value, "is no name of an operation") }
        self = operation
    }

    public func write(to json: inout JSONWriter) { json.value(name) }
}
