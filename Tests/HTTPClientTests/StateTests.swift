import HTTPClient
import Testing

struct AdmissionQueueTests {
    typealias Queue = AdmissionQueue<String>
    let now = ContinuousClock.now

    @Test func startsUpToTheLimitsAndQueuesTheRest() {
        var queue = Queue(limits: .init(total: 3, perOrigin: 2, waiting: 2))
        #expect(queue.submit(1, to: "a", deadline: nil) == .start)
        #expect(queue.submit(2, to: "a", deadline: nil) == .start)
        #expect(queue.submit(3, to: "a", deadline: nil) == .wait)
        #expect(queue.submit(4, to: "b", deadline: nil) == .start)
        #expect(queue.submit(5, to: "b", deadline: nil) == .wait)
        #expect(queue.submit(6, to: "c", deadline: nil) == .refuse)
        #expect(queue.finish("b") == [5])
        #expect(queue.finish("a") == [3])
        #expect(queue.waitingCount == 0)
        #expect(queue.runningCount == 3)
    }

    @Test func aFullOriginDoesNotHoldBackOthers() {
        var queue = Queue(limits: .init(total: 2, perOrigin: 1, waiting: 9))
        #expect(queue.submit(1, to: "a", deadline: nil) == .start)
        #expect(queue.submit(2, to: "a", deadline: nil) == .wait)
        #expect(queue.submit(3, to: "b", deadline: nil) == .start)
        #expect(queue.submit(4, to: "c", deadline: nil) == .wait)
        #expect(queue.finish("b") == [4])
        #expect(queue.finish("c") == [])
        #expect(queue.finish("a") == [2])
    }

    @Test func thoseWhoLeaveTheLineAreSkipped() {
        var queue = Queue(limits: .init(total: 1, perOrigin: 1, waiting: 9))
        #expect(queue.submit(1, to: "a", deadline: nil) == .start)
        for id in 2...5 as ClosedRange<UInt64> { #expect(queue.submit(id, to: "a", deadline: now + .seconds(Int(id))) == .wait) }
        #expect(queue.withdraw(2) == true)
        #expect(queue.withdraw(2) == false)
        #expect(queue.withdraw(1) == false)
        #expect(queue.expire(at: now + .seconds(3)) == [3])
        #expect(queue.finish("a") == [4])
        #expect(queue.finish("a") == [5])
        #expect(queue.finish("a") == [])
        #expect(queue.finish("a") == [])
        #expect(queue.runningCount == 0)
    }

    /// Against the plainest thing that could be right: one list, searched from its front.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func behavesLikeAPlainList(seed: UInt64) {
        var random = Seeded(state: seed)
        let limits = Queue.Limits(total: .random(in: 1...6, using: &random), perOrigin: .random(in: 1...3, using: &random), waiting: 12)
        var queue = Queue(limits: limits)
        var line: [(id: UInt64, origin: String)] = []
        var running: [(id: UInt64, origin: String)] = []
        func hasRoom(_ origin: String) -> Bool {
            running.count < limits.total && running.count { $0.origin == origin } < limits.perOrigin
        }
        for id in 1...600 as ClosedRange<UInt64> {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let origin = ["a", "b", "c", "d"].randomElement(using: &random) ?? "a"
                let expected: Queue.Decision = hasRoom(origin) ? .start : line.count < limits.waiting ? .wait : .refuse
                #expect(queue.submit(id, to: origin, deadline: nil) == expected)
                if expected == .start { running.append((id, origin)) }
                if expected == .wait { line.append((id, origin)) }
            case 5..<9:
                guard let over = running.indices.randomElement(using: &random) else { continue }
                let origin = running.remove(at: over).origin
                var expected: [UInt64] = []
                while let next = line.firstIndex(where: { hasRoom($0.origin) }) {
                    running.append(line[next])
                    expected.append(line.remove(at: next).id)
                }
                #expect(queue.finish(origin) == expected)
            default:
                guard let leaves = line.indices.randomElement(using: &random) else { continue }
                #expect(queue.withdraw(line.remove(at: leaves).id) == true)
            }
            #expect(queue.waitingCount == line.count)
            #expect(queue.runningCount == running.count)
        }
    }
}

struct TransferEvidenceTests {
    private func ready(_ evidence: inout TransferEvidence, _ counted: Int, mayBeRepeated: Bool) -> Bool {
        evidence.readyToWrite(bytesCounted: counted, mayBeRepeated: mayBeRepeated)
    }

    @Test func nothingIsSentBeforeTheConnectionStands() {
        var evidence = TransferEvidence(isSecure: true, bodySize: 1 << 20)
        #expect(evidence.delivery == .notSent)
        evidence.count(0)
        #expect(evidence.delivery == .notSent)
    }

    @Test func aCountedByteMakesItAmbiguous() {
        var evidence = TransferEvidence(isSecure: false, bodySize: 10)
        #expect(ready(&evidence, 0, mayBeRepeated: false) == true)
        #expect(evidence.delivery == .notSent)
        evidence.count(1)
        #expect(evidence.delivery == .ambiguous)
    }

    @Test func theProxysConnectDoesNotCount() {
        var evidence = TransferEvidence(isSecure: true, bodySize: 10)
        #expect(ready(&evidence, 300, mayBeRepeated: false) == true)
        evidence.count(300)
        #expect(evidence.delivery == .notSent)
        evidence.count(301)
        #expect(evidence.delivery == .ambiguous)
    }

    @Test func aRepetitionIsStoppedOnlyWhenItMatters() {
        var unsafe = TransferEvidence(isSecure: false, bodySize: 10)
        #expect(ready(&unsafe, 0, mayBeRepeated: false) == true)
        // Nothing had gone out on the dead connection.
        #expect(ready(&unsafe, 0, mayBeRepeated: false) == true)
        #expect(!unsafe.repetitionRefused)
        #expect(ready(&unsafe, 120, mayBeRepeated: false) == false)
        #expect(unsafe.repetitionRefused)
        #expect(unsafe.delivery == .ambiguous)

        var safe = TransferEvidence(isSecure: false, bodySize: 0)
        #expect(ready(&safe, 0, mayBeRepeated: true) == true)
        #expect(ready(&safe, 120, mayBeRepeated: true) == true)
        #expect(!safe.repetitionRefused)
        #expect(safe.delivery == .ambiguous)
    }

    @Test func aLargeBodyOverTLSMayHaveLeftUncounted() {
        var evidence = TransferEvidence(isSecure: true, bodySize: 64 << 10)
        #expect(ready(&evidence, 0, mayBeRepeated: false) == true)
        #expect(evidence.delivery == .ambiguous)
    }
}

struct ResponseHeadTests {
    private func read(_ lines: String...) -> ResponseHead? {
        var head = ResponseHead()
        return lines.allSatisfy { head.append(line: Array("\($0)\r\n".utf8)) } ? head : nil
    }

    @Test func interimResponsesAreLeftOut() throws {
        let head = try #require(
            read("HTTP/1.1 100 Continue", "X: 1", "", "HTTP/1.1 103", "", "HTTP/1.1 200 OK", "Y:  2 ", "", "Z: trailer"))
        #expect(head.status == 200)
        #expect(head.isComplete)
        #expect(head.headers == ["Y": "2"])
    }

    @Test func versionsAndOddStatusLinesAreRead() {
        #expect(read("HTTP/2 204 ", "")?.version == .http2)
        #expect(read("HTTP/1.0 404 Not  Found", "")?.version == .http1_0)
        #expect(read("HTTP/1.1 200", "")?.status == 200)
        #expect(read("HTTP/1.1 2x0 OK") == nil)
        #expect(read("HTTP/1.1") == nil)
        #expect(read("HTTP/1.1 200 OK", "A: b")?.isComplete == false)
        #expect(read("HTTP/1.1 100 Continue", "")?.isComplete == false)
    }

    @Test func anEndlessHeadIsRefused() {
        var head = ResponseHead()
        let isTaken = head.append(line: Array("HTTP/1.1 200 OK\r\n".utf8))
        #expect(isTaken)
        let line = Array("X: \(String(repeating: "y", count: 1021))\r\n".utf8)
        var taken = 0
        while taken < 10_000, head.append(line: line) { taken += 1 }
        #expect((250...256).contains(taken))
    }

    @Test func headersAreReadFromAnyBytes() {
        var random = Seeded(state: 5)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                Array(":\r\n \tab\u{FF}".utf8).randomElement(using: &random) ?? 0
            }
            for field in HTTPHeaders(block: bytes) {
                #expect(!field.value.utf8.contains(0x0A))
            }
        }
    }
}

struct HTTPHeadersTests {
    @Test func namesMatchWithoutCase() {
        var headers: HTTPHeaders = ["Content-Type": "a", "X": "1"]
        headers.add("x", "2")
        #expect(headers["content-TYPE"] == "a")
        #expect(headers["X"] == "1")
        #expect(headers.values("x") == ["1", "2"])
        headers["x"] = "3"
        #expect(headers.values("X") == ["3"])
        headers["X"] = nil
        #expect(headers["x"] == nil)
        // Not the same letters, only the same after setting bit 5.
        #expect(!HTTPHeaders.isSameName("a[", "a{"))
    }
}
