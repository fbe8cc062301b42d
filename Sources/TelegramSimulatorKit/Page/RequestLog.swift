/// The newest exchanges between bots and the server, for those who want to see what goes over the wire.
///
/// It is bounded in number and in bytes, and keeps references to what the calls hold anyway, so that it costs a busy
/// server next to nothing; all formatting is left to the reader.
package struct RequestLog: Sendable {
    package enum Exchange: Sendable {
        /// A bot called a method. No answer: the connection was broken on purpose.
        case call(method: String, Parameters, answer: APIAnswer?)
        /// An update was posted to a webhook. No status: nobody answered.
        case delivery(update: [UInt8], status: Int?, answer: [UInt8])
    }

    package struct Entry: Sendable {
        /// Ascends by one.
        package var number: Int64
        /// Seconds since 1970 in the simulated world, as messages have them.
        package var date: Double
        package var milliseconds: Double
        /// Nil when the token was nobody's; then the token is not kept either.
        package var bot: BotID?
        package var exchange: Exchange
        let weight: Int
    }

    package static let maximumEntries = 500
    package static let maximumBytes = 8 << 20
    /// Bytes of one answer or update; longer ones are shortened when they are shown.
    static let maximumAnswer = 64 << 10

    private var entries: [Entry] = []
    private var start = 0
    private var bytes = 0
    package private(set) var lastNumber: Int64 = 0

    package init() {}

    package mutating func append(_ exchange: Exchange, bot: BotID?, date: Double, milliseconds: Double) {
        let exchange = Self.withoutContents(exchange)
        let entry = Entry(
            number: lastNumber + 1, date: date, milliseconds: milliseconds, bot: bot, exchange: exchange, weight: Self.weight(exchange))
        lastNumber += 1
        entries.append(entry)
        bytes += entry.weight
        while entries.count - start > 1, entries.count - start > Self.maximumEntries || bytes > Self.maximumBytes {
            bytes -= entries[start].weight
            start += 1
        }
        // Half of the array is moved once per half of the array, so an entry is moved about once.
        if start > Self.maximumEntries {
            entries.removeFirst(start)
            start = 0
        }
    }

    /// The entries after a number, oldest first, at most so many of the newest.
    package func entries(after number: Int64, bot: BotID? = nil, limit: Int = maximumEntries) -> [Entry] {
        // A number from the future is that of another run.
        let number = number > lastNumber ? 0 : number
        return entries[start...].filter { $0.number > number && (bot == nil || $0.bot == bot) }.suffix(limit)
    }

    /// Files are named and measured, not kept.
    private static func withoutContents(_ exchange: Exchange) -> Exchange {
        guard case .call(let method, var parameters, let answer) = exchange, !parameters.uploads.isEmpty else { return exchange }
        for (name, upload) in parameters.uploads {
            parameters.uploads[name] = nil
            parameters.add(name, "<file \(upload.name), \(upload.bytes.count) bytes\(upload.contentType.map { ", \($0)" } ?? "")>")
        }
        return .call(method: method, parameters, answer: answer)
    }

    private static func weight(_ exchange: Exchange) -> Int {
        switch exchange {
        case .delivery(let update, _, let answer): return 256 + update.count + answer.count
        case .call(_, let parameters, let answer):
            var weight = 256
            for (name, value) in parameters.values {
                weight += name.utf8.count
                // What JSON takes in memory is not known without walking it; this is the usual size of a keyboard.
                if case .text(let text) = value { weight += text.utf8.count } else { weight += 1_024 }
            }
            if case .success(let bytes, _) = answer { weight += bytes.count }
            return weight
        }
    }
}
