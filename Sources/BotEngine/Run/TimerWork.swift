package import BotLanguage
import CEL
package import Contracts
import JSON

/// Timers that have to be set anew, moved or cancelled, before the event is done.
enum TimerWork: Sendable, Hashable {
    /// Those of a row that the event has changed.
    case row(Interpreter.RowKey)
    /// Those of rows that may be others now, or gone.
    case rows(String, ids: [Int64])
    /// Those of the next rows of many.
    case page(TimerPage)
}

/// One timer of many rows, a page at a time: of all that there are, or of those from which references lead to a changed row.
struct TimerPage: Sendable, Hashable {
    var timer: String
    /// The references; nil: all rows.
    var path: [String]?
    var changed: Int64 = 0
    /// The last row that is done.
    var after: Int64 = 0

    /// How many rows are looked at for one event.
    static let size = 100
    /// How many rows' numbers one event has.
    static let numbers = 100
}

/// A row as it was before the event changed it.
struct TouchedRow: Sendable {
    /// Nil: it isn't known, or there was none.
    var before: CELObject?
    var isNew = false
    /// It was deleted.
    var isGone = false
}

/// A row that is another without a handler having changed it, or a timer that is another: what tells the engine is a signal of its own,
/// in a lane of its own. No definition can have one of that name.
enum TimerSignal {
    static let name = "@timers"

    static func signal(_ arguments: [JSONObject.Member]) -> Signal {
        Signal(name: name, arguments: JSONObject(arguments), lane: name)
    }

    static func signal(_ page: TimerPage) -> Signal {
        var members: [JSONObject.Member] = [("timer", .string(page.timer))]
        if let path = page.path {
            members.append(("path", .array(path.map { .string($0) })))
            members.append(("changed", .int(page.changed)))
        }
        members.append(("after", .int(page.after)))
        return signal(members)
    }

    static func signal(_ collection: String, _ ids: some Sequence<Int64>) -> Signal {
        signal([("rows", .string(collection)), ("ids", .array(ids.map { .int($0) }))])
    }

    static func work(_ arguments: JSONObject) -> TimerWork? {
        if let rows = arguments["rows"]?.string {
            return .rows(rows, ids: (arguments["ids"]?.array ?? []).prefix(TimerPage.numbers).compactMap(\.int))
        }
        guard let timer = arguments["timer"]?.string else { return nil }
        return .page(
            TimerPage(
                timer: timer, path: arguments["path"]?.array?.compactMap(\.string), changed: arguments["changed"]?.int ?? 0,
                after: arguments["after"]?.int ?? 0))
    }
}

extension Event {
    /// Whether timers are to be set anew though no row is another than before.
    package var isTimerReset: Bool {
        guard case .signal(let signal) = content, signal.name == TimerSignal.name else { return false }
        return signal.arguments["timer"] != nil && signal.arguments["path"] == nil
    }
}

// What the engine's host has to tell of timers.
extension BotEngine {
    /// Differs when a timer's rows must be gone through again.
    package func fingerprint(of timer: TimerHandler, in bot: BotName) -> String {
        // One of another bot is cancelled here.
        var words = [timer.fingerprint, timer.isGlobal && bot.rawValue != definition.bot ? "elsewhere" : ""]
        if timer.looksAtConfig, case .object(let config) = config.value {
            words += definition.config.filter { !$0.isSecret }.map { "\($0.name): \(config[$0.name] ?? .null)" }
        }
        // Rows that come from files change without an event.
        let seen = Set([timer.rows?.collection].compactMap { $0 } + timer.dependencies.map(\.collection))
        words += definition.store.seeds.filter { seen.contains($0.table) }.flatMap { $0.rows.map(\.fingerprint) }
        return String(StableHash.of(words.joined(separator: "\u{0}")), radix: 36)
    }

    /// The event that sets a timer of the definition anew, for all rows that have it, a page at a time.
    package func resetting(timer: String, of bot: BotName, on platform: Platform, at moment: Timestamp) -> Event {
        Event(bot: bot, platform: platform, at: moment, content: .signal(TimerSignal.signal(TimerPage(timer: timer))))
    }

    /// The event that sets the timers of people who are new or are called otherwise now; nil: none depends on people.
    package func resetting(people ids: [Int64], of bot: BotName, on platform: Platform, at moment: Timestamp) -> Event? {
        let names = Set(Table.usersColumns.map(\.name))
        let isSeen = definition.timersByDependency[Table.usersName]?.contains { !$0.dependency.fields.isDisjoint(with: names) } ?? false
        guard !ids.isEmpty, isSeen || definition.timersOfRows[Table.usersName] != nil else { return nil }
        return Event(bot: bot, platform: platform, at: moment, content: .signal(TimerSignal.signal(Table.usersName, ids)))
    }

    /// Whether a moment that has come still means something here.
    func knows(_ timer: DueTimer) -> Bool {
        switch TimerKey(timer.key) {
        case .row(let name, _): definition.timers[name]?.rows != nil
        case .cron(let name): definition.timers[name].map { $0.rows == nil } ?? false
        case .signal(let name): definition.signals[name] != nil
        case nil: false
        }
    }
}
