import AMQP
import TestSupport
import Testing

@Suite struct WireTests {
    func encoded(_ body: (OutboundBuffer) throws -> Void) rethrows -> [UInt8] {
        let buffer = OutboundBuffer()
        try body(buffer)
        return Array(buffer.readable)
    }

    @Test func anAcknowledgement() throws {
        #expect(
            try encoded { try $0.write(.basicAck(tag: 258, multiple: true), channel: 3) }
                == [1, 0, 3, 0, 0, 0, 13, 0, 60, 0, 80, 0, 0, 0, 0, 0, 0, 1, 2, 1, 0xCE])
    }

    @Test func aHeartbeat() { #expect(encoded { $0.writeHeartbeat() } == [8, 0, 0, 0, 0, 0, 0, 0xCE]) }

    @Test func flagsShareAnOctet() throws {
        let bytes = try encoded {
            try $0.write(.queueDeclare(AMQPQueue("q", isDurable: true, isExclusive: true), passive: false), channel: 1)
        }
        #expect(bytes == [1, 0, 1, 0, 0, 0, 13, 0, 50, 0, 10, 0, 0, 1, 113, 0b0110, 0, 0, 0, 0, 0xCE])
    }

    @Test func aMessage() throws {
        let message = AMQPMessage(
            exchange: "e", routingKey: "k", body: [9, 9],
            properties: AMQPProperties(messageID: "m", priority: 5, headers: ["h": true]))
        let bytes = try encoded { try $0.writePublish(message, channel: 2) }
        let method: [UInt8] = [1, 0, 2, 0, 0, 0, 11, 0, 60, 0, 40, 0, 0, 1, 101, 1, 107, 1, 0xCE]
        // Flags: headers, delivery mode, priority, message id.
        let properties: [UInt8] = [0b0011_1000, 0b1000_0000, 0, 0, 0, 4, 1, 104, 116, 1, 2, 5, 1, 109]
        let header: [UInt8] = [2, 0, 2, 0, 0, 0, 26, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2] + properties + [0xCE]
        #expect(bytes == method + header + [3, 0, 2, 0, 0, 0, 2, 9, 9, 0xCE])
    }

    @Test func bodiesAreCutToTheFrameLimit() throws {
        let buffer = OutboundBuffer(frameMax: 4096)
        try buffer.writePublish(AMQPMessage(routingKey: "k", body: [UInt8](repeating: 1, count: 10_000)), channel: 1)
        var sizes: [Int] = []
        var rest = Array(buffer.readable)[...]
        while rest.count >= 7 {
            let head = Array(rest.prefix(7))
            let size = head[3...6].reduce(0) { $0 << 8 | Int($1) }
            if head[0] == 3 { sizes.append(size) }
            rest = rest.dropFirst(size + 8)
        }
        #expect(rest.isEmpty)
        #expect(sizes == [4088, 4088, 1824])
    }

    @Test(arguments: [
        AMQPMessage(routingKey: String(repeating: "k", count: 256), body: []),
        AMQPMessage(exchange: String(repeating: "é", count: 128), routingKey: "", body: []),
        AMQPMessage(routingKey: "", body: [], properties: AMQPProperties(messageID: String(repeating: "m", count: 256))),
        AMQPMessage(routingKey: "", body: [], properties: AMQPProperties(headers: ["big": .bytes([UInt8](repeating: 0, count: 131_072))])),
        AMQPMessage(
            routingKey: "", body: [],
            properties: AMQPProperties(headers: ["deep": (0..<100).reduce(.null) { value, _ in .array([value]) }])),
    ])
    func whatAMQPCannotCarryLeavesNothingBehind(message: AMQPMessage) throws {
        let buffer = OutboundBuffer()
        buffer.writeHeartbeat()
        let error = #expect(throws: AMQPError.self) { try buffer.writePublish(message, channel: 1) }
        #expect(error?.code == .invalidMessage)
        #expect(buffer.count == 8)
        try buffer.writePublish(AMQPMessage(routingKey: String(repeating: "k", count: 255), body: []), channel: 1)
    }

    /// What is consumed and what is appended never mix, whatever the sizes.
    @Test(arguments: 0..<10) func bytesLeaveAsTheyCame(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let buffer = OutboundBuffer()
        var (expected, received): ([UInt8], [UInt8]) = ([], [])
        for _ in 0..<300 {
            if Bool.random(using: &random) {
                let count = Int.random(in: 0...9000, using: &random)
                let bytes = [UInt8](repeating: UInt8.random(in: .min ... .max, using: &random), count: count)
                bytes.withUnsafeBytes { buffer.writeLong($0) }
                expected += withUnsafeBytes(of: UInt32(count).bigEndian, Array.init) + bytes
            } else {
                let count = Int.random(in: 0...buffer.count, using: &random)
                received += buffer.readable.prefix(count)
                buffer.consume(count)
            }
        }
        #expect(received + Array(buffer.readable) == expected)
    }
}

@Suite struct AMQPTableTests {
    @Test func setsReplacesAndRemoves() {
        var table: AMQPTable = ["a": 1, "b": "x"]
        table["a"] = 2
        table["c"] = 1.5
        #expect(table["a"]?.intValue == 2 && table["b"]?.stringValue == "x" && table["c"] == .double(1.5))
        table["a"] = nil
        #expect(table["a"] == nil && table.entries.map(\.key) == ["b", "c"])
    }
}
