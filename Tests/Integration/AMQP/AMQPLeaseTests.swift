import AMQP
import Testing

@Suite(.enabled(if: AMQPTestBroker.isAvailable, AMQPTestBroker.missing), .timeLimit(.minutes(2)))
struct AMQPLeaseTests {
    @Test func onlyOneHolds() async throws {
        let name = AMQPTestBroker.unique("lease")
        let configuration = try AMQPTestBroker.configuration()
        try await withConnection(configuration) { first in
            try await withConnection(configuration) { second in
                let acquired = try await first.acquireLease(name)
                let lease = try #require(acquired)
                #expect(lease.isHeld && lease.name == name)
                let again1 = try await second.acquireLease(name)
                #expect(again1 == nil)
                let again2 = try await first.acquireLease(name)
                #expect(again2 == nil, "nor twice on one connection")
                await lease.release()
                #expect(!lease.isHeld)
                let next = try await second.acquireLease(name, retryingEvery: .milliseconds(20))
                #expect(next.isHeld)
                await next.release()
            }
        }
    }

    @Test func takenOverWhenTheHolderDies() async throws {
        let name = AMQPTestBroker.unique("lease")
        let proxy = try TCPProxy.toTestBroker()
        try await withConnection(try AMQPTestBroker.configuration(through: proxy)) { first in
            try await withConnection(try AMQPTestBroker.configuration()) { second in
                let acquired = try await first.acquireLease(name)
                let lease = try #require(acquired)
                let waiting = Task { try await second.acquireLease(name, retryingEvery: .milliseconds(20)) }
                proxy.refuse(true)
                proxy.cut()
                await lease.waitUntilLost()
                #expect(!lease.isHeld)
                let taken = try await waiting.value
                #expect(taken.isHeld)
                proxy.refuse(false)
                try await first.waitUntilReady()
                let again3 = try await first.acquireLease(name)
                #expect(again3 == nil)
                await taken.release()
            }
        }
    }

    @Test func aLeaseWhoseQueueIsDeletedIsLost() async throws {
        let name = AMQPTestBroker.unique("lease")
        try await withConnection(try AMQPTestBroker.configuration()) { connection in
            let acquired = try await connection.acquireLease(name)
            let lease = try #require(acquired)
            try await connection.deleteQueue(name)
            await lease.waitUntilLost()
            #expect(!lease.isHeld)
        }
    }

    @Test func aForgottenLeaseIsGivenBack() async throws {
        let name = AMQPTestBroker.unique("lease")
        let configuration = try AMQPTestBroker.configuration()
        try await withConnection(configuration) { first in
            _ = try await first.acquireLease(name)
            try await withConnection(configuration) { second in
                let lease = try await second.acquireLease(name, retryingEvery: .milliseconds(20))
                await lease.release()
            }
        }
    }

    @Test func closingTheConnectionEndsEverythingThatWaits() async throws {
        let name = AMQPTestBroker.unique("lease")
        let proxy = try TCPProxy.toTestBroker()
        var configuration = try AMQPTestBroker.configuration(through: proxy)
        configuration.closeTimeout = .milliseconds(100)
        try await withConnection(configuration) { connection in
            let acquired = try await connection.acquireLease(name)
            let lease = try #require(acquired)
            // The broker no longer answers: what is asked now is still open when the connection closes.
            proxy.freeze(true)
            let asking = Task { try await connection.queueStatus(name) }
            let other = Task { try await connection.acquireLease("\(name).other") }
            let publishing = Task { await connection.publish(texts(1, to: name)) }
            await connection.close()
            await lease.waitUntilLost()
            await #expect(throws: AMQPError.self) { try await asking.value }
            await #expect(throws: AMQPError.self) { try await other.value }
            let outcomes = await publishing.value
            #expect(outcomes.allSatisfy { !$0.isConfirmed })
            proxy.freeze(false)
        }
    }
}
