/// Growing pauses between attempts: doubled each time up to a limit, each shortened by up to a half at random, so that
/// many who failed together don't come back together.
public struct Backoff: Sendable {
    private let limit: Duration
    private var current: Duration

    public init(first: Duration = .milliseconds(100), limit: Duration = .seconds(5)) {
        self.limit = limit
        current = first
    }

    /// The next pause.
    public mutating func next() -> Duration {
        var random = SystemRandomNumberGenerator()
        return next(using: &random)
    }

    public mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
        let pause = current * Double.random(in: 0.5...1, using: &random)
        current = min(current * 2, limit)
        return pause
    }
}
