package import Contracts
import JSON
import Schedules

/// What a batch of requests comes to: at most one word on each key and each prefix, the one with the greatest revision.
package struct TimerRequestBatch: Sendable {
    /// A prefix of a bot's keys.
    package struct Place: Sendable, Hashable {
        package var bot: String
        package var prefix: String
    }

    package struct Entry: Sendable, Hashable {
        package var bot: String
        package var key: String
        package var revision: Int64
        /// When it fires first; nil: not at all, it was cancelled or has no moment left.
        package var due: Timestamp?
        /// The ``SetTimer`` in JSON; nil with ``due``.
        package var request: String?
        /// The id of the request.
        package var cause: String?
        package var traceparent: String?

        /// Every prefix by which it can be cancelled.
        package var ancestors: [Place] {
            var places = [Place(bot: bot, prefix: "")]
            for (index, byte) in key.utf8.enumerated() where byte == UInt8(ascii: "/") {
                places.append(Place(bot: bot, prefix: String(decoding: key.utf8.prefix(index + 1), as: UTF8.self)))
            }
            return places
        }
    }

    package struct Prefix: Sendable, Hashable {
        package var bot: String
        package var prefix: String
        package var revision: Int64

        package init(bot: String, prefix: String, revision: Int64) {
            self.bot = bot
            self.prefix = prefix
            self.revision = revision
        }
    }

    private var entriesByKey: [Place: Entry] = [:]
    private var prefixesByPlace: [Place: Prefix] = [:]

    package init() {}

    /// In the order of their keys, as every instance writes them: so two never wait for each other.
    package var entries: [Entry] { entriesByKey.values.sorted { ($0.bot, $0.key) < ($1.bot, $1.key) } }
    package var prefixes: [Prefix] { prefixesByPlace.values.sorted { ($0.bot, $0.prefix) < ($1.bot, $1.prefix) } }
    package var isEmpty: Bool { entriesByKey.isEmpty && prefixesByPlace.isEmpty }

    /// Takes a request in.
    ///
    /// - Returns: why it can't be; nil: it is in.
    package mutating func add(_ operation: Operation, _ body: [UInt8], envelope: Envelope) -> String? {
        do {
            switch operation {
            case .setTimer: try add(SetTimer(jsonBytes: body), size: body.count, envelope)
            case .cancelTimers: add(try CancelTimers(jsonBytes: body), envelope)
            default: return "the scheduler doesn't know this operation"
            }
            return nil
        } catch {
            return "\(error)"
        }
    }

    private struct TooLarge: Error, CustomStringConvertible {
        var description: String { "the request has more than \(SetTimer.maximumSize) bytes" }
    }

    private mutating func add(_ request: SetTimer, size: Int, _ envelope: Envelope) throws {
        guard size <= SetTimer.maximumSize else { throw TooLarge() }
        let due = try Schedule(request.schedule).first(after: request.at)
        add(
            Entry(
                bot: request.bot.rawValue, key: request.key, revision: request.revision, due: due,
                request: due == nil ? nil : String(decoding: request.jsonBytes, as: UTF8.self), cause: envelope.id.rawValue,
                traceparent: envelope.traceparent))
    }

    private mutating func add(_ request: CancelTimers, _ envelope: Envelope) {
        switch request.target {
        case .key(let key):
            add(Entry(bot: request.bot.rawValue, key: key, revision: request.revision, cause: envelope.id.rawValue))
        case .prefix(let prefix):
            let new = Prefix(bot: request.bot.rawValue, prefix: prefix, revision: request.revision)
            let place = Place(bot: new.bot, prefix: prefix)
            if let known = prefixesByPlace[place], known.revision >= new.revision { return }
            prefixesByPlace[place] = new
        }
    }

    /// As in the table: not greater than what is known changes nothing.
    private mutating func add(_ entry: Entry) {
        let place = Place(bot: entry.bot, prefix: entry.key)
        if let known = entriesByKey[place], known.revision >= entry.revision { return }
        entriesByKey[place] = entry
    }

    /// The entries that no cancelled prefix is newer than.
    package func allowed(by prefixes: [Prefix]) -> [Entry] {
        let revisions = Dictionary(prefixes.map { (Place(bot: $0.bot, prefix: $0.prefix), $0.revision) }) { max($0, $1) }
        return entries.filter { entry in entry.ancestors.allSatisfy { revisions[$0].map { $0 <= entry.revision } ?? true } }
    }
}
