import AMQP
import Testing

@Suite struct ChannelStateMachineTests {
    static let script: [OutboundMethod] = [.channelOpen, .basicQos(prefetch: 1), .queueDeclare(AMQPQueue("q"), passive: true)]
    static let declared = InboundMethod.queueDeclareOk(name: "q", messages: 3, consumers: 0)

    func opened() -> ChannelStateMachine {
        var machine = ChannelStateMachine(script: Self.script)
        _ = machine.receive(.other(MethodID.channelOpenOk))
        _ = machine.receive(.other(MethodID.basicQosOk))
        _ = machine.receive(Self.declared)
        return machine
    }

    @Test func opensWhenEveryMethodIsAnswered() {
        var machine = ChannelStateMachine(script: Self.script)
        #expect(machine.receive(.other(MethodID.channelOpenOk)) == .none)
        #expect(machine.receive(.other(MethodID.basicQosOk)) == .none)
        #expect(
            machine.receive(Self.declared)
                == .opened([.other(MethodID.channelOpenOk), .other(MethodID.basicQosOk), Self.declared]))
        #expect(machine.phase == .open)
    }

    @Test func wrongReplyIsAViolation() {
        var machine = ChannelStateMachine(script: Self.script)
        guard case .violation = machine.receive(.other(MethodID.basicQosOk)) else { return #expect(Bool(false)) }
        machine = opened()
        guard case .violation = machine.receive(.other(MethodID.basicQosOk)) else { return #expect(Bool(false)) }
    }

    @Test(
        arguments: [
            (403, AMQPError.Code.accessRefused), (404, .notFound), (405, .resourceLocked), (406, .preconditionFailed),
            (504, .channelClosed),
        ] as [(UInt16, AMQPError.Code)])
    func brokerClosesIt(code: UInt16, expected: AMQPError.Code) {
        var machine = ChannelStateMachine(script: Self.script)
        #expect(machine.receive(.channelClose(code: code, text: "why")) == .failed(expected, code: code, text: "why"))
        #expect(machine.phase == .closed)
        #expect(machine.close() == false)
    }

    @Test func whatComesWhileClosingIsPassedOver() {
        var machine = opened()
        #expect(machine.close() == true)
        #expect(machine.close() == false, "only once")
        #expect(machine.receive(Self.declared) == .none)
        #expect(machine.receive(.channelClose(code: 404, text: "")) == .answerClose)
        #expect(machine.phase == .closing)
        #expect(machine.receive(.other(MethodID.channelCloseOk)) == .closed)
    }
}

@Suite struct ConnectionStateMachineTests {
    func ready() -> ConnectionStateMachine {
        var machine = ConnectionStateMachine()
        machine.connected()
        _ = machine.publisherReady()
        _ = machine.topologyReady()
        return machine
    }

    @Test func readyNeedsPublisherAndTopology() {
        var machine = ConnectionStateMachine()
        #expect(machine.state == .connecting)
        machine.connected()
        #expect(machine.state == .connecting)
        let first = machine.topologyReady()
        #expect(!first && !machine.mayPublish)
        let second = machine.publisherReady()
        #expect(second && machine.state == .ready(epoch: 1) && machine.mayPublish)
    }

    @Test func everyConnectionHasItsEpoch() {
        var machine = ready()
        machine.lost()
        #expect(machine.state == .connecting)
        machine.connected()
        #expect(machine.epoch == 2)
    }

    @Test func blockedStopsPublishingOnly() {
        var machine = ready()
        machine.blocked(reason: "low on memory")
        #expect(machine.state == .blocked(reason: "low on memory"))
        #expect(!machine.mayPublish && machine.isRunning)
        machine.unblocked()
        #expect(machine.state == .ready(epoch: 1))
    }

    @Test func aNewConnectionIsNotBlocked() {
        var machine = ready()
        machine.blocked(reason: "disk")
        machine.lost()
        machine.connected()
        _ = machine.publisherReady()
        _ = machine.topologyReady()
        #expect(machine.state == .ready(epoch: 2))
    }

    @Test func losingThePublishingChannelOnlyNeedsANewOne() {
        var machine = ready()
        machine.publisherLost()
        #expect(machine.state == .connecting)
        let isReady = machine.publisherReady()
        #expect(isReady && machine.state == .ready(epoch: 1))
    }

    @Test func closedIsTheEnd() {
        var machine = ready()
        machine.closed()
        machine.lost()
        machine.connected()
        #expect(machine.state == .closed)
    }
}

@Suite struct ReconnectBackoffTests {
    @Test func doublesUpToTheMaximumWithJitterBelow() {
        for (random, factor) in [(0.0, 0.5), (0.5, 0.75)] {
            var backoff = ReconnectBackoff(initial: .seconds(1), maximum: .seconds(10))
            let delays = (0..<6).map { _ in backoff.next { random } }
            #expect(delays == [1, 2, 4, 8, 10, 10].map { .seconds($0) * factor })
        }
    }

    @Test func startsAgainAfterAReset() {
        var backoff = ReconnectBackoff(initial: .seconds(1), maximum: .seconds(10))
        for _ in 0..<100 { _ = backoff.next { 0 } }
        backoff.reset()
        #expect(backoff.next { 0 } == .milliseconds(500))
    }
}

@Suite struct ChannelNumbersTests {
    @Test func noNumberIsGivenTwice() {
        var numbers = ChannelNumbers(maximum: 3)
        let taken = (0..<4).map { _ in numbers.take() }
        #expect(taken == [1, 2, 3, nil])
        numbers.release(2)
        let again = [numbers.take(), numbers.take()]
        #expect(again == [2, nil])
    }

    @Test func theHighestPossibleMaximum() {
        var numbers = ChannelNumbers(maximum: .max)
        var count = 0
        while numbers.take() != nil { count += 1 }
        #expect(count == 65535)
    }
}
