import BotLanguage
import CEL
import Contracts
import JSON
import Schedules

// Setting and moving the timers of rows. It is done once for an event, at its end, when rows are as they stay.
extension Interpreter {
    // MARK: What changes

    /// Some fields of a row are others now.
    ///
    /// - Parameters:
    ///   - before: how it was.
    ///   - fields: what was written.
    mutating func touch(_ collection: String, _ id: Int64, before: CELObject, fields: [String]) {
        touchTimers(collection, id, TouchedRow(before: before))
        for (timer, dependency) in definition.timersByDependency[collection] ?? [] where !dependency.fields.isDisjoint(with: fields) {
            add(.page(TimerPage(timer: timer.name, path: dependency.path, changed: id)))
        }
    }

    mutating func touch(new row: CELObject, of collection: String) {
        touchTimers(collection, row.rowID, TouchedRow(isNew: true))
    }

    private mutating func touchTimers(_ collection: String, _ id: Int64, _ row: TouchedRow) {
        guard definition.timersOfRows[collection] != nil else { return }
        let key = RowKey(collection: collection, id: id)
        if touched[key] == nil {
            touched[key] = row
        } else if row.isGone {
            touched[key]?.isGone = true
        }
        add(.row(key))
    }

    private mutating func add(_ work: TimerWork) {
        if !timerWork.contains(work) { timerWork.append(work) }
    }

    /// Whether somebody must know which rows a `delete` has deleted.
    func mindsDeletion(of collection: String) -> Bool { definition.timersOfRows[collection] != nil }

    mutating func touch(deleted ids: [Int64], of collection: String) {
        guard mindsDeletion(of: collection) else { return }
        for id in ids { touchTimers(collection, id, TouchedRow(isGone: true)) }
    }

    /// Before a row is deleted: references to it become null, and afterwards nobody can tell whose.
    mutating func touchReferring(to row: CELObject, of collection: String) throws(Interruption) {
        for (timer, dependency) in definition.timersByDependency[collection] ?? [] where dependency.isCleared {
            let rows = try referring(dependency, to: row, after: 0)
            guard rows.count <= TimerPage.size else {
                add(.page(TimerPage(timer: timer.name)))
                continue
            }
            for row in rows { touchTimers(dependency.rows.collection, row.rowID, TouchedRow()) }
        }
    }

    /// The same for many rows.
    mutating func touchReferring(toRowsOf collection: String) {
        for (timer, dependency) in definition.timersByDependency[collection] ?? [] where dependency.isCleared {
            add(.page(TimerPage(timer: timer.name)))
        }
    }

    private mutating func referring(
        _ dependency: TimerHandler.Dependency, to row: CELObject, after: Int64
    ) throws(Interruption) -> [CELObject] {
        var variables = baseVariables()
        variables[TimerHandler.Dependency.changed] = .object(row)
        let query = try query(
            dependency.rows, variables, bound: ListBound(side: .after, key: [.int(after)]), limit: TimerPage.size + 1)
        return try rows(.select(query), of: dependency.rows.collection)
    }

    // MARK: At the end of an event

    /// Settles one piece of what the event has changed.
    mutating func settleTimers() throws(Interruption) {
        guard !timerWork.isEmpty else { return }
        if !isSettling { try beginSettling() }
        usage.evaluations = 0
        switch timerWork.removeFirst() {
        case .row(let key): try settle(key)
        case .rows(let collection, let ids): try settle(collection, ids)
        case .page(let page): try settle(page)
        }
    }

    private mutating func beginSettling() throws(Interruption) {
        isSettling = true
        // It isn't what the steps may cost, and has bounds of its own.
        usage.requests = 0
        usage.rows = 0
        // Rows that were read keep what they referred to then.
        cache = [:]
        if event.person != nil, let whole = try expand([user], of: Table.usersName, depth: 0).first { user = whole }
        // The event does the first page of each kind; what is more follows in events of its own.
        var rows: [String: [Int64]] = [:]
        var rest: [TimerWork] = []
        var pages = 0
        for work in timerWork {
            switch work {
            case .row(let key) where rest.count - pages >= TimerPage.size: rows[key.collection, default: []].append(key.id)
            case .page(let page) where pages > 0: later(TimerSignal.signal(page))
            default:
                rest.append(work)
                if case .page = work { pages += 1 }
            }
        }
        timerWork = rest
        for (collection, ids) in rows.sorted(by: { $0.key < $1.key }) {
            for start in stride(from: 0, to: ids.count, by: TimerPage.numbers) {
                later(TimerSignal.signal(collection, ids[start..<min(start + TimerPage.numbers, ids.count)]))
            }
        }
    }

    private mutating func later(_ signal: Signal) {
        effects.append(
            .event(
                Event(bot: event.bot, platform: event.platform, at: event.at, content: .signal(signal)),
                lane == .interactive ? .normal : lane))
    }

    private mutating func settle(_ key: RowKey) throws(Interruption) {
        let touched = touched[key] ?? TouchedRow()
        let row = touched.isGone ? nil : try get([key.id], of: key.collection).first ?? nil
        for timer in definition.timersOfRows[key.collection] ?? [] {
            let plan: TimerPlan? = if let row { try plan(timer, row) } else { nil }
            if plan == nil, touched.isNew { continue }
            if row != nil, let before = touched.before, try known(timer, before) == .some(plan) { continue }
            try apply(plan, timer, key.id)
        }
    }

    private mutating func settle(_ collection: String, _ ids: [Int64]) throws(Interruption) {
        guard definition.collections[collection] != nil else { return }
        for (id, row) in zip(ids, try get(ids, of: collection)) {
            for timer in definition.timersOfRows[collection] ?? [] {
                if let row { try set(timer, row) } else { try apply(nil, timer, id) }
            }
        }
        guard collection == Table.usersName else { return }
        // They are called otherwise, which rows of others may look at.
        let names = Set(Table.usersColumns.map(\.name))
        for (timer, dependency) in definition.timersByDependency[collection] ?? [] where !dependency.fields.isDisjoint(with: names) {
            for id in ids { later(TimerSignal.signal(TimerPage(timer: timer.name, path: dependency.path, changed: id))) }
        }
    }

    private mutating func settle(_ page: TimerPage) throws(Interruption) {
        guard let timer = definition.timers[page.timer] else { return }
        guard let source = timer.rows else { return try setCron(timer) }
        var rows: [CELObject]
        if let path = page.path {
            guard let dependency = timer.dependencies.first(where: { $0.path == path }) else { return }
            rows = try referring(dependency, to: Rows.stub(dependency.collection, page.changed, nil), after: page.after)
        } else {
            let bound = ListBound(side: .after, key: [.int(page.after)])
            rows = try self.rows(
                .select(try query(source, baseVariables(), bound: bound, limit: TimerPage.size + 1)), of: source.collection)
        }
        let isMore = rows.count > TimerPage.size
        if isMore { rows.removeLast() }
        for row in rows { try set(timer, row) }
        guard isMore, let last = rows.last else { return }
        var next = page
        next.after = last.rowID
        later(TimerSignal.signal(next))
    }

    /// Sets the timer of a row that somebody else has changed, or nobody. One that can't be set doesn't keep others from it.
    private mutating func set(_ timer: TimerHandler, _ row: CELObject) throws(Interruption) {
        usage.evaluations = 0
        do throws(Interruption) {
            try apply(try plan(timer, row), timer, row.rowID)
        } catch {
            guard case .failed(let failure) = error, failure.code != .limit else { throw error }
            complaints.append(failure)
            try cancel(TimerKey.row(timer.name, row.rowID))
        }
    }

    private mutating func apply(_ plan: TimerPlan?, _ timer: TimerHandler, _ id: Int64) throws(Interruption) {
        let key = TimerKey.row(timer.name, id)
        guard let plan else { return try cancel(key) }
        try request(
            .set(
                SetTimer(
                    bot: event.bot, platform: plan.platform, at: event.at, chat: plan.chat, person: plan.person, key: key, revision: 0,
                    name: timer.name, schedule: plan.schedule)))
    }

    private mutating func setCron(_ timer: TimerHandler) throws(Interruption) {
        let key = TimerKey.cron(timer.name)
        // The bot that the definition is named after has it for all that run it.
        guard !timer.isGlobal || event.bot.rawValue == definition.bot else { return try cancel(key) }
        guard let schedule = try schedule(timer, baseVariables()) else { return try cancel(key) }
        try request(
            .set(
                SetTimer(
                    bot: event.bot, platform: event.platform, at: event.at, key: key, revision: 0, name: timer.name, schedule: schedule)))
    }

    private mutating func cancel(_ key: String) throws(Interruption) {
        try request(.cancel(CancelTimers(bot: event.bot, revision: 0, target: .key(key))))
    }

    /// The last word on a key counts.
    mutating func request(_ timer: TimerRequest) throws(Interruption) {
        timers.removeAll { $0.target == timer.target }
        guard timers.count < engine.limits.timers else {
            throw .failed(RunFailure(.limit, "more than \(engine.limits.timers) timers for one event"))
        }
        if case .set(let request) = timer, request.jsonBytes.count > SetTimer.maximumSize - 100 {
            throw .failed(RunFailure(.limit, "what '\(request.name)' is to get later is too long to be kept"))
        }
        timers.append(timer)
    }

    // MARK: When a row's timer fires

    /// When, and in whose conversation; nil: not at all.
    struct TimerPlan: Hashable {
        var schedule: TimerSchedule
        var platform: Platform
        var chat: Chat?
        var person: Person?
    }

    /// How a row's timer was set before the event; nil: it can't be told.
    private mutating func known(_ timer: TimerHandler, _ row: CELObject) throws(Interruption) -> TimerPlan?? {
        guard !row.isStub else { return nil }
        do throws(Interruption) { return .some(try plan(timer, row)) } catch {
            guard case .failed = error else { throw error }
            return nil
        }
    }

    private mutating func plan(_ timer: TimerHandler, _ row: CELObject) throws(Interruption) -> TimerPlan? {
        guard let rows = timer.rows else { return nil }
        var variables = baseVariables()
        variables[rows.variable] = .object(row)
        guard try holds(timer.condition, variables) else { return nil }
        var plan = TimerPlan(schedule: .list([]), platform: event.platform)
        if let expression = timer.person {
            guard let person = try person(expression, variables) else { return nil }
            let place = place(of: person)
            (plan.platform, plan.chat, plan.person) = (place.platform, place.chat, place.person)
        }
        guard let schedule = try schedule(timer, variables) else { return nil }
        plan.schedule = schedule
        return plan
    }

    private mutating func person(_ expression: Expression, _ variables: Variables) throws(Interruption) -> CELObject? {
        guard case .object(let row) = try evaluate(expression, variables) else { return nil }
        return try get([row.rowID], of: Table.usersName).first ?? nil
    }

    private mutating func schedule(_ timer: TimerHandler, _ variables: Variables) throws(Interruption) -> TimerSchedule? {
        let schedule: TimerSchedule
        switch timer.schedule {
        case .moments(let expression):
            let moments: [Timestamp]
            switch try evaluate(expression, variables) {
            case .timestamp(let moment): moments = [Timestamp(moment)]
            case .list(let values):
                moments = values.compactMap { value in if case .timestamp(let moment) = value { Timestamp(moment) } else { nil } }
            default: return nil
            }
            guard let list = try list(moments, at: expression.position) else { return nil }
            schedule = list
        case .daily(let at, let zone):
            guard case .string(let text) = try evaluate(at, variables) else { return nil }
            guard let time = TimeOfDay(text) else { throw fail(.value, "a text that is no time of day such as '09:30'", at: at.position) }
            schedule = .daily(time, zone: try self.zone(zone, variables))
        case .cron(let text, let zone): schedule = .cron(text, zone: try self.zone(zone, variables))
        }
        do throws(ScheduleError) { _ = try Schedule(schedule) } catch {
            throw fail(.value, error.message, at: timer.schedule.position)
        }
        return schedule
    }

    private func list(_ moments: [Timestamp], at position: SourcePosition) throws(Interruption) -> TimerSchedule? {
        var moments = Array(Set(moments)).sorted()
        if moments.count > TimerLimits.moments { moments.removeAll { $0 <= event.at } }
        guard moments.count <= TimerLimits.moments else {
            throw fail(.value, "more than \(TimerLimits.moments) moments to come", at: position)
        }
        return moments.isEmpty ? nil : .list(moments)
    }

    private mutating func zone(_ expression: Expression, _ variables: Variables) throws(Interruption) -> String {
        guard case .string(let zone) = try evaluate(expression, variables) else { throw fail(.value, "no text", at: expression.position) }
        return zone
    }

    // MARK: When it has come

    mutating func dispatch(_ due: DueTimer) throws(Interruption) {
        trigger = "timer \(due.name)"
        switch TimerKey(due.key) {
        case .row(let name, let id):
            guard let timer = definition.timers[name], let rows = timer.rows, let row = try get([id], of: rows.collection).first ?? nil
            else { return }
            // What was moved, or belongs to somebody else now, fires elsewhere.
            guard let plan = try plan(timer, row), plan.person?.id == event.person?.id, plan.schedule.contains(due.due) else { return }
            var variables = baseVariables()
            variables[rows.variable] = .object(row)
            fire(timer, due, variables)
        case .cron(let name):
            guard let timer = definition.timers[name], timer.rows == nil, try schedule(timer, baseVariables())?.contains(due.due) ?? false
            else { return }
            fire(timer, due, baseVariables())
        case .signal(let name): try dispatch(due, signal: name)
        case nil: return
        }
    }

    private mutating func fire(_ timer: TimerHandler, _ due: DueTimer, _ variables: Variables) {
        note(timer.position)
        var variables = variables
        variables["due"] = ValueMapping.timestamp(microseconds: due.due.milliseconds.multipliedReportingOverflow(by: 1_000).partialValue)
        run(timer.steps, variables, origin: .handler)
    }

    /// What the engine tells itself.
    mutating func reset(_ arguments: JSONObject) {
        trigger = "timers"
        if let work = TimerSignal.work(arguments) { timerWork.append(work) }
    }
}

extension TimerSchedule {
    /// Whether it fires at a moment.
    fileprivate func contains(_ moment: Timestamp) -> Bool {
        guard let schedule = try? Schedule(self) else { return false }
        return schedule.next(after: Timestamp(milliseconds: moment.milliseconds.subtractingReportingOverflow(1).partialValue)) == moment
    }
}

extension Timestamp {
    /// In whole milliseconds, rounded down.
    init(_ moment: CELTimestamp) { self.init(milliseconds: moment.seconds * 1_000 + Int64(moment.nanoseconds) / 1_000_000) }
}
