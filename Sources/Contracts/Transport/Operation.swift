/// Something that a worker does when it is asked, by whoever asks.
public struct Operation: Hashable, Sendable, CustomStringConvertible {
    /// `<area>.<verb>`, as it stands in routing keys.
    public let name: String

    private init(_ name: String) { self.name = name }

    /// ``SetTimer``.
    public static let setTimer = Operation("timers.set")
    /// ``CancelTimers``.
    public static let cancelTimers = Operation("timers.cancel")

    /// The envelope's type of a request.
    public var type: String { "request.\(name)" }
    public var description: String { name }
}
