package import BotLanguage
package import CEL
package import Contracts

// What tests do with a definition beside its events.
extension BotEngine {
    /// A run of steps that nobody's event has caused, such as those that make the rows a test begins with.
    ///
    /// - Parameter people: rows of `users` by the names under which the steps know them.
    package func run(_ steps: [Step], of bot: BotName, at moment: Timestamp, id: EnvelopeID, people: [String: Record]) -> Run {
        var interpreter = Interpreter(outside: self, bot, at: moment, id)
        interpreter.run(steps, interpreter.variables(people, user: nil), origin: .handler)
        return Run(interpreter)
    }

    /// The value of an expression, now.
    ///
    /// - Parameters:
    ///   - people: rows of `users` by the names under which the expression knows them.
    ///   - user: the person's row that it calls `user`; nil when it calls none so.
    /// - Throws: ``RunFailure`` when it has none.
    package func value(
        of expression: Expression, of bot: BotName, at moment: Timestamp, people: [String: Record], user: Record?,
        with store: some RecordStore
    ) async throws -> CELValue {
        let start = Interpreter(outside: self, bot, at: moment, "test")
        let variables = start.variables(people, user: user)
        var replies: [RecordReply] = []
        while true {
            var interpreter = start
            interpreter.begin(replies: replies)
            do throws(Interruption) { return try interpreter.evaluate(expression, variables) } catch {
                switch error {
                case .needs(let request): replies.append(try await store.perform(request))
                case .failed(let failure): throw failure
                case .gone: throw RunFailure(.value, "a row that it names is gone", at: expression.position)
                }
            }
        }
    }
}

extension Interpreter {
    fileprivate init(outside engine: BotEngine, _ bot: BotName, at moment: Timestamp, _ id: EnvelopeID) {
        self.init(
            engine: engine, event: Event(bot: bot, platform: .telegram, at: moment, content: .signal(Signal(name: "", lane: "test"))),
            id: id,
            lane: .normal, state: ConversationState(), user: nil)
    }

    fileprivate func variables(_ people: [String: Record], user: Record?) -> Variables {
        var variables = baseVariables()
        let collection = definition.collections[Table.usersName]
        for (name, record) in people { variables[name] = .object(Rows.object(record, collection, user: nil)) }
        if let user { variables["user"] = .object(Rows.object(user, collection, user: nil)) }
        return variables
    }
}
