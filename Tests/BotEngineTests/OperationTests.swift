import BotEngine
import BotLanguage
import Contracts
import JSON
import Testing

/// `run`, and what comes back.
@Suite struct OperationTests {
    private static let bot = """
        bot: tasks
        data:
          tasks: {title: string, state: {type: string, default: "'new'"}}
        handlers:
          - command: check
            args: {title: string}
            do:
              - {insert: tasks, set: {title: title}, as: t}
              - {run: probe.slow, with: {steps: '2', pause: "duration('1s')"}, reply: checked, keep: {task: t}}
              - {show: {text: "Checking ${t.title}"}}
          - command: echo
            args: {text: string}
            do:
              - run: probe.echo
                with:
                  text: text
                  number: '1.5'
                  count: size(text)
                  price: '1250'
                  sure: 'true'
                  at: now
                  lasting: "duration('90s')"
                  words: "[text, 'b']"
                  place: "{'name': text, 'floor': 3}"
                reply: echoed
                within: "duration('5s')"
          - command: forget
            do: [{run: probe.echo, with: {text: "'x'"}}]
          - command: fail
            do: [{run: probe.fail, reply: failing}]
          - command: flood
            do: [{each: "i in lists.range(30)", do: [{run: probe.fail}]}]
          - command: pile
            do: [{run: probe.fail, reply: failing}, {run: probe.fail, reply: failing}, {run: probe.fail, reply: failing}]
          - command: drop
            do: [{delete: t in tasks, where: "true"}]
          - {message: photo, do: [{run: probe.echo, with: {text: "'p'", file: message.photo}, reply: echoed}]}
          - {command: loop, do: [{run: probe.fail, reply: again}]}
        replies:
          checked:
            run: probe.slow
            args: {task: tasks}
            progress: [{show: {text: "${progress.step} of ${progress.steps}"}}]
            done:
              - {update: task, set: {state: "'done'"}}
              - {show: {text: "${task.title} has ${result.steps} steps and is ${task.state}"}}
            failed: [{show: {text: "${task.title}: ${failure.code}, ${failure.message}"}}]
          echoed:
            run: probe.echo
            done:
              - show: {text: "${result.text}|${result.place == null ? '' : result.place.name}|${result.words == null ? '' : result.words.join('+')}|${result.file == null || result.file.id == null ? '' : result.file.id}"}
          failing: {run: probe.fail, done: [{show: {text: "never"}}]}
          again: {run: probe.fail, done: [{stop: true}], failed: [{run: probe.fail, reply: again}]}
        """

    private func start() throws -> Conversation { try Conversation(yaml: Self.bot) }

    private func result(_ members: [JSONObject.Member]) -> OperationReply.Content { .result(JSONObject(members)) }
    private func progress(_ number: Int) -> OperationReply.Content {
        .progress(number, JSONObject([("step", .int(Int64(number))), ("steps", 2)]))
    }

    @Test func asksAndHears() throws {
        let chat = try start()
        #expect(try chat.say("/check soup") == ["Checking soup"])
        let asked = try #require(chat.requests.last)
        #expect(asked.request.operation == .probeSlow)
        #expect(asked.request.arguments == JSONObject([("steps", 2), ("pause", 1000)]))
        #expect(asked.request.wantsReply)
        #expect(asked.request.deadline.milliseconds - asked.request.at.milliseconds == 600_000)
        #expect(asked.request.person?.id == "ann")
        #expect(asked.id == "event-1/0")
        #expect(try chat.reply(progress(1)) == ["1 of 2"])
        #expect(try chat.reply(progress(2)) == ["2 of 2"])
        #expect(try chat.reply(result([("steps", 2)])) == ["soup has 2 steps and is done"])
        #expect(chat.state().pending.isEmpty)
        // What was kept stays in the conversation.
        #expect(asked.request.arguments["task"] == nil)
    }

    @Test func everyTypeTravels() throws {
        let chat = try start()
        try chat.say("/echo soup")
        let request = try #require(chat.requests.last).request
        #expect(
            request.arguments
                == JSONObject([
                    ("text", "soup"), ("number", 1.5), ("count", 4), ("price", 1250), ("sure", true), ("at", .int(request.at.milliseconds)),
                    ("lasting", 90_000), ("words", ["soup", "b"]), ("place", ["name": "soup", "floor": 3]),
                ]))
        #expect(request.deadline.milliseconds - request.at.milliseconds == 5_000)
        #expect(try chat.reply(.result(request.arguments)) == ["soup|soup|soup+b|"])
        try chat.handle(.message(Message(id: "9", content: .media(.photo, File(id: "F1", size: 10), caption: nil))))
        let file = try #require(chat.requests.last).request.arguments["file"]
        #expect(file == ["id": "F1", "kind": "photo", "size": 10])
        #expect(try chat.reply(result([("text", "p"), ("file", try #require(file))])) == ["p|||F1"])
    }

    @Test func whatNobodyWaitsForHasNoTimer() throws {
        let chat = try start()
        #expect(try chat.say("/forget") == [])
        #expect(chat.requests.map(\.request.wantsReply) == [false])
        #expect(chat.timers.isEmpty)
        #expect(chat.state().pending.isEmpty)
    }

    // MARK: Repeats, strangers, faults

    @Test func theFirstEndCounts() throws {
        let chat = try start()
        try chat.say("/check soup")
        #expect(try chat.reply(result([("steps", 2)])) == ["soup has 2 steps and is done"])
        #expect(try chat.reply(result([("steps", 3)])) == [])
        #expect(try chat.reply(.failure(OperationFailure("late", ""))) == [])
        #expect(
            try #require(chat.outcomes.last).notices == ["nobody waits for this end of 'probe.slow': it came too late, or a second time"])
        #expect(try chat.reply(progress(2)) == [])
        #expect(try #require(chat.outcomes.last).notices == [])
    }

    @Test func progressGoesForwardOnly() throws {
        let chat = try start()
        try chat.say("/check soup")
        #expect(try chat.reply(progress(2)) == ["2 of 2"])
        #expect(try chat.reply(progress(1)) == [])
        #expect(try chat.reply(progress(2)) == [])
    }

    /// A worker can't give somebody what was kept for somebody else.
    @Test func repliesReachOnlyWhoAsked() throws {
        let chat = try start()
        try chat.say("/check soup", "ann")
        let (request, id, _) = try #require(chat.requests.last)
        let reply = OperationReply(request: id, operation: request.operation, content: result([("steps", 2)]))
        #expect(try chat.handle(.operation(reply), "bob") == [])
        #expect(chat.state("ann").pending.count == 1)
        var other = reply
        other.operation = .probeEcho
        #expect(try chat.handle(.operation(other), "ann") == [])
        #expect(try #require(chat.outcomes.last).notices == ["'probe.slow' was asked for, and the reply is one of 'probe.echo'"])
        #expect(try chat.handle(.operation(reply), "ann") == ["soup has 2 steps and is done"])
    }

    @Test func aBrokenContractIsAFault() throws {
        let chat = try start()
        try chat.say("/check soup")
        #expect(try chat.reply(.progress(1, JSONObject([("step", "one")]))) == [])
        #expect(
            try #require(chat.outcomes.last).notices == [
                "the worker breaks the contract of 'probe.slow': its progress 'step' is a string, not a whole number"
            ])
        #expect(try chat.reply(result([])) == ["soup: internal, The worker gave no valid result."])
        #expect(
            try #require(chat.outcomes.last).notices == ["the worker breaks the contract of 'probe.slow': its result 'steps' is missing"])
    }

    @Test func withoutFailedThereIsAKindWord() throws {
        let chat = try start()
        try chat.say("/fail")
        #expect(
            try chat.reply(.failure(OperationFailure("asked_for", "secret plan"))) == [
                "That didn't work out. Please try again in a moment."
            ])
        #expect(try #require(chat.outcomes.last).notices == ["'probe.fail' failed: asked_for: secret plan"])
    }

    // MARK: Time

    @Test func theTimeRunsOut() throws {
        let chat = try start()
        try chat.say("/check soup")
        let timer = try #require(chat.timers.values.first)
        let request = try #require(chat.requests.last).request
        #expect(timer.due == request.deadline)
        #expect(timer.request.person == request.person && timer.request.chat == request.chat)
        #expect(try chat.fire(timer, at: timer.due) == ["soup: timeout, It didn't end in time."])
        #expect(try chat.reply(result([("steps", 2)])) == [])
        #expect(try chat.fire(timer, at: timer.due) == [])
    }

    @Test func theTimerOfWhatHasEndedIsNothing() throws {
        let chat = try start()
        try chat.say("/check soup")
        let timer = try #require(chat.timers.values.first)
        try chat.reply(result([("steps", 2)]))
        #expect(chat.timers.isEmpty, "it is cancelled")
        #expect(try chat.fire(timer, at: timer.due) == [])
        #expect(try #require(chat.outcomes.last).isStateChanged == false)
    }

    @Test func timersOfOthersAreNotTaken() throws {
        let chat = try start()
        try chat.say("/check soup")
        let timer = DueTimer(key: "run/x", revision: 1, name: "run", due: Timestamp(milliseconds: 1), payload: ["request": "event-9/9"])
        #expect(try chat.handle(.timer(timer)) == [])
        #expect(chat.state().pending.count == 1)
    }

    // MARK: What has changed meanwhile

    @Test func anotherDefinitionGoesOn() throws {
        let chat = try start()
        try chat.say("/echo soup")
        let next = try chat.publishing(
            try Definition(yaml: Self.bot.replacing("- show: {text: \"${result.text}|", with: "- show: {text: \"New: ${result.text}|")))
        #expect(try next.reply(result([("text", "soup")])) == ["New: soup|||"])
    }

    @Test(arguments: [
        ("echoed:", "echoing:", "reply: echoed", "reply: echoing"),
        (
            "echoed:\n    run: probe.echo", "echoed:\n    run: probe.echo\n    args: {n: int}", "reply: echoed",
            "reply: echoed, keep: {n: '1'}"
        ),
    ])
    func whatDoesNotFitAnyMoreIsDroppedKindly(old: String, new: String, use: String, newUse: String) throws {
        let chat = try start()
        try chat.say("/echo soup")
        var yaml = Self.bot.replacing(old, with: new)
        yaml = yaml.replacing("reply: echoed\n        within", with: newUse.replacing(", ", with: "\n        ") + "\n        within")
        yaml = yaml.replacing("reply: echoed}", with: newUse + "}")
        let next = try chat.publishing(try Definition(yaml: yaml))
        #expect(
            try next.reply(result([("text", "soup")])) == [
                "What you were waiting for has come, but things have changed here meanwhile. Please ask again."
            ])
        #expect(
            try #require(next.outcomes.last).notices == ["the definition has no reply 'echoed' any more that fits what was asked for"])
        #expect(next.state().pending.isEmpty)
    }

    @Test func aRowThatIsGone() throws {
        let chat = try start()
        try chat.say("/check soup")
        try chat.say("/drop")
        #expect(try chat.reply(progress(1)) == [])
        #expect(try chat.reply(result([("steps", 2)])).count == 1)
        #expect(chat.state().pending.isEmpty)
    }

    // MARK: Limits

    @Test func oneEventAsksForSoMuch() throws {
        let chat = try start()
        #expect(try chat.say("/flood") == ["Something went wrong here. Please try again in a moment."])
        #expect(try #require(chat.outcomes.last?.failure).message == "more than 20 operations for one event")
        #expect(chat.requests.isEmpty)
    }

    @Test func oneConversationWaitsForSoMuch() throws {
        let chat = try start()
        for _ in 0..<16 { try chat.say("/pile") }
        #expect(chat.state().pending.count == 48)
        try chat.say("/pile")
        #expect(try #require(chat.outcomes.last?.failure).message == "the conversation waits for more than 50 operations")
        #expect(chat.state().pending.count == 48)
    }

    @Test func loopsEnd() throws {
        let chat = try Conversation(yaml: Self.bot, limits: RunLimits(hops: 5))
        try chat.say("/loop")
        for _ in 0..<5 { #expect(try chat.reply(.failure(OperationFailure("asked_for", ""))) == []) }
        #expect(
            try chat.reply(.failure(OperationFailure("asked_for", ""))) == ["Something went wrong here. Please try again in a moment."])
        #expect(try #require(chat.outcomes.last?.failure).message == "more than 5 operations and signals led to one another")
        // It waits no more for what has come.
        #expect(chat.state().pending.isEmpty)
    }

    /// The same event gives the same request under the same id.
    @Test func aRepeatAsksTheSame() throws {
        let engine = BotEngine(try Definition(yaml: Self.bot))
        let event = Event(
            bot: try #require(BotName("tasks")), platform: .telegram, at: Timestamp(seconds: 1), chat: Chat(id: "a", kind: .direct),
            person: Person(id: "a", firstName: "A"),
            content: .command(BotCommand(name: "fail", arguments: ""), Message(id: "1", content: .text(FormattedText("/fail")))))
        func outcome() throws -> Outcome {
            var run = engine.run(event, id: "e", state: ConversationState(), user: MemoryStore(engine.definition.store).person("a", "A"))
            guard case .finished(let outcome) = run.advance() else { throw CancellationError() }
            return outcome
        }
        let first = try outcome(), second = try outcome()
        #expect(first.state == second.state)
        guard case .request(let a, _)? = first.effects.first, case .request(let b, _)? = second.effects.first else {
            Issue.record("no request")
            return
        }
        #expect(a == b)
    }
}

extension String {
    fileprivate func replacing(_ part: String, with other: String) -> String {
        split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
    }
}
