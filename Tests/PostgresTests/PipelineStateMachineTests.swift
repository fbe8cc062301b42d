import Postgres
import Testing

/// The tests read like the protocol: what was sent, what came back, what it means.
@Suite struct PipelineStateMachineTests {
    typealias Machine = PipelineStateMachine

    @Test func resultsBelongToTheirStatements() {
        var machine = Machine()
        machine.sent([.prepare(1, statement: 0), .execute(statement: 0), .execute(statement: 1)], effect: .autocommit)
        #expect(machine.receive(.success) == .none)
        #expect(machine.receive(.end) == .none)
        #expect(machine.receive(.success) == .deliver(statement: 0))
        #expect(machine.receive(.end) == .none)
        #expect(machine.receive(.success) == .deliver(statement: 1))
        #expect(machine.receive(.sync) == .complete(failed: false))
        #expect(machine.isIdle)
    }

    @Test func anErrorAbortsTheRestOfItsUnitOnly() {
        var machine = Machine()
        machine.sent([.execute(statement: 0), .prepare(7, statement: 1), .execute(statement: 1)], effect: .autocommit)
        machine.sent([.execute(statement: 0)], effect: .autocommit)
        #expect(machine.receive(.error(isFatal: false)) == .fail(statement: 0, preparing: nil))
        #expect(machine.receive(.aborted) == .unprepared(7))
        #expect(machine.receive(.aborted) == .none)
        #expect(machine.receive(.sync) == .complete(failed: true))
        #expect(machine.receive(.success) == .deliver(statement: 0))
        #expect(machine.receive(.sync) == .complete(failed: false))
    }

    @Test func aFailedPreparationNamesItsStatement() {
        var machine = Machine()
        machine.sent([.prepare(3, statement: 0), .execute(statement: 0)], effect: .open)
        #expect(machine.receive(.error(isFatal: false)) == .fail(statement: 0, preparing: 3))
        #expect(machine.receive(.aborted) == .none)
        #expect(machine.receive(.sync) == .complete(failed: true))
    }

    @Test func answersOutOfOrderAreViolations() {
        var machine = Machine()
        #expect(machine.receive(.success) == .violation)
        machine.sent([.execute(statement: 0)], effect: .autocommit)
        #expect(machine.receive(.sync) == .violation)
        #expect(machine.receive(.success) == .deliver(statement: 0))
        #expect(machine.receive(.success) == .violation)
        var afterError = Machine()
        afterError.sent([.execute(statement: 0), .execute(statement: 1)], effect: .autocommit)
        _ = afterError.receive(.error(isFatal: false))
        #expect(afterError.receive(.success) == .violation)
    }

    @Test func aScriptEndsWithItsEnd() {
        var machine = Machine()
        machine.sentScript(effect: .open)
        #expect(machine.receive(.success) == .none)
        #expect(machine.receive(.success) == .none)
        #expect(machine.receive(.error(isFatal: false)) == .fail(statement: 0, preparing: nil))
        #expect(machine.receive(.end) == .complete(failed: true))
    }

    @Test(
        arguments: [
            // What came before the connection was lost, and what it means for a unit whose statement 1 is COMMIT.
            ([], Machine.Loss.commitUnknown),
            ([.success], .commitUnknown),
            ([.success, .success], .committed),
            ([.error(isFatal: false)], .noEffect),
            ([.error(isFatal: false), .aborted], .noEffect),
            ([.error(isFatal: true)], .commitUnknown),
            ([.success, .error(isFatal: true)], .commitUnknown),
            ([.success, .success, .error(isFatal: true)], .committed),
            ([.success, .error(isFatal: false)], .noEffect),
        ] as [([Machine.Incoming], Machine.Loss)])
    func lostDuringCommit(_ incoming: [Machine.Incoming], _ expected: Machine.Loss) {
        var machine = Machine()
        machine.sent([.execute(statement: 0), .execute(statement: 1)], effect: .commit(statement: 1))
        for event in incoming { #expect(machine.receive(event) != .violation) }
        #expect(machine.connectionLost() == [expected])
        #expect(machine.isIdle)
    }

    @Test func lostWithoutCommit() {
        var machine = Machine()
        machine.sent([.execute(statement: 0)], effect: .autocommit)
        machine.sent([.execute(statement: 0)], effect: .open)
        machine.sent([.execute(statement: 0)], effect: .autocommit)
        #expect(machine.connectionLost() == [.mayHaveExecuted, .noEffect, .mayHaveExecuted])
    }

    /// A model server answers random units; every statement gets exactly its own answer, in order.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func everyStatementGetsItsAnswer(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var machine = Machine()
        var answers: [(Machine.Incoming, Machine.Action)] = []
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            var steps: [Machine.Step] = []
            var failed = false
            for statement in 0..<Int.random(in: 0...6, using: &random) {
                if Bool.random(using: &random) { steps.append(.prepare(UInt32(statement), statement: statement)) }
                steps.append(.execute(statement: statement))
            }
            machine.sent(steps, effect: .autocommit)
            for step in steps {
                let fails = !failed && Int.random(in: 0..<6, using: &random) == 0
                switch (step, failed, fails) {
                case (.prepare(let id, _), true, _): answers.append((.aborted, .unprepared(id)))
                case (.execute, true, _): answers.append((.aborted, .none))
                case (.prepare(let id, let statement), _, true):
                    answers.append((.error(isFatal: false), .fail(statement: statement, preparing: id)))
                case (.execute(let statement), _, true):
                    answers.append((.error(isFatal: false), .fail(statement: statement, preparing: nil)))
                case (.prepare, _, _): answers.append((.success, .none))
                case (.execute(let statement), _, _): answers.append((.success, .deliver(statement: statement)))
                }
                failed = failed || fails
                if Bool.random(using: &random) { answers.append((.end, .none)) }
            }
            answers.append((.sync, .complete(failed: failed)))
        }
        for (incoming, expected) in answers { #expect(machine.receive(incoming) == expected) }
        #expect(machine.isIdle)
    }
}
