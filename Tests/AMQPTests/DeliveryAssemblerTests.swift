import AMQP
import TestSupport
import Testing

@Suite struct DeliveryAssemblerTests {
    static func method(_ tag: UInt64 = 1) -> DeliverMethod {
        DeliverMethod(deliveryTag: tag, isRedelivered: false, exchange: "x", routingKey: "k")
    }

    func body(_ assembler: inout DeliveryAssembler, _ bytes: [UInt8]) throws -> [UInt8]? {
        guard case .delivery(_, _, let body)? = try bytes.withUnsafeBytes({ try assembler.body($0) }) else { return nil }
        return body
    }

    @Test func oneFrameOfBody() throws {
        var assembler = DeliveryAssembler()
        try assembler.deliver(Self.method())
        #expect(try assembler.header(bodySize: 3, AMQPProperties(messageID: "m")) == nil)
        #expect(try body(&assembler, [1, 2, 3]) == [1, 2, 3])
        #expect(assembler.isIdle)
    }

    @Test func emptyBodyNeedsNoFrame() throws {
        var assembler = DeliveryAssembler()
        try assembler.returned(ReturnMethod(code: 312, text: "NO_ROUTE", exchange: "x", routingKey: "k"))
        guard case .returned(let method, let properties, let body)? = try assembler.header(bodySize: 0, AMQPProperties(messageID: "m"))
        else { return #expect(Bool(false), "no content") }
        #expect(method.code == 312 && properties.messageID == "m" && body.isEmpty)
    }

    @Test func framesInTheWrongOrderAreViolations() throws {
        var assembler = DeliveryAssembler()
        #expect(throws: AMQPError.self) { try assembler.header(bodySize: 1, AMQPProperties()) }
        #expect(throws: AMQPError.self) { try self.body(&assembler, [1]) }
        try assembler.deliver(Self.method())
        #expect(throws: AMQPError.self) { try assembler.deliver(Self.method()) }
        #expect(throws: AMQPError.self) { try self.body(&assembler, [1]) }
        _ = try assembler.header(bodySize: 2, AMQPProperties())
        #expect(throws: AMQPError.self) { try assembler.header(bodySize: 2, AMQPProperties()) }
        #expect(throws: AMQPError.self) { try self.body(&assembler, [1, 2, 3]) }
    }

    @Test func anAnnouncedSizeIsNotBelieved() throws {
        var assembler = DeliveryAssembler(maximumBodySize: 1000)
        try assembler.deliver(Self.method())
        #expect(throws: AMQPError.self) { try assembler.header(bodySize: .max, AMQPProperties()) }
    }

    /// Bodies cut at random places come out whole.
    @Test(arguments: 0..<20) func anyCutGivesTheSameBody(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var assembler = DeliveryAssembler()
        for tag in 1...20 as ClosedRange<UInt64> {
            let expected = (0..<Int.random(in: 1...5000, using: &random)).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            try assembler.deliver(Self.method(tag))
            #expect(try assembler.header(bodySize: UInt64(expected.count), AMQPProperties()) == nil)
            var rest = expected[...]
            var result: [UInt8]?
            while !rest.isEmpty {
                #expect(result == nil)
                let cut = Int.random(in: 0...rest.count, using: &random)
                result = try body(&assembler, Array(rest.prefix(cut)))
                rest = rest.dropFirst(cut)
            }
            #expect(result == expected)
            #expect(assembler.isIdle)
        }
    }

    /// Frames in random order: an error or a message, never a trap, never a body of another size than announced.
    @Test(arguments: 0..<200) func randomFramesNeverTrap(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var assembler = DeliveryAssembler(maximumBodySize: 64)
        var announced: UInt64 = 0
        for _ in 0..<200 {
            do {
                let content: DeliveryAssembler.Content?
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    try assembler.deliver(Self.method())
                    content = nil
                case 1:
                    let size = UInt64.random(in: 0...80, using: &random)
                    content = try assembler.header(bodySize: size, AMQPProperties())
                    announced = size
                default:
                    let bytes = [UInt8](repeating: 7, count: Int.random(in: 0...40, using: &random))
                    content = try bytes.withUnsafeBytes { try assembler.body($0) }
                }
                if case .delivery(_, _, let body)? = content { #expect(UInt64(body.count) == announced) }
            } catch {
                #expect((error as? AMQPError)?.code == .protocolViolation)
            }
        }
    }
}
