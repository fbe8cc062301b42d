import Contracts
import JSON
import Testing

@Suite struct OperationTests {
    @Test(arguments: ["code.run", "a.b", "links.add_2"])
    func isAName(name: String) { #expect(Operation(name)?.name == name) }

    @Test(arguments: ["", "run", "code.", ".run", "code.run.it", "Code.run", "code run.x", String(repeating: "a", count: 63) + ".b"])
    func isNoName(name: String) { #expect(Operation(name) == nil) }

    @Test func everyContractHoldsTogether() throws {
        let contracts = OperationCatalogue.standard.contracts
        #expect(Set(contracts.map(\.operation)).count == contracts.count)
        for contract in contracts {
            #expect(Operation(contract.operation.name) == contract.operation)
            #expect(BotName(contract.worker) != nil, "it names queues and executables")
            #expect(contract.timeout > .zero && contract.timeout <= .seconds(86_400))
            for fields in [contract.arguments, contract.result, contract.progress ?? []] {
                #expect(Set(fields.map(\.name)).count == fields.count, "\(contract.operation)")
                #expect(fields.allSatisfy { !$0.summary.isEmpty && $0.summary.hasSuffix(".") }, "\(contract.operation)")
            }
            // What comes back may be shown and logged.
            #expect(!contract.result.contains { $0.type == .secret }, "\(contract.operation)")
        }
    }

    // MARK: Values

    @Test func samplesFitTheirContracts() throws {
        for (name, request) in Samples.requests {
            let contract = try #require(OperationCatalogue.standard[request.operation])
            #expect(contract.arguments.problem(with: request.arguments) == nil, "\(name)")
        }
    }

    private static let fields = [
        OperationField("text", .string, maximum: 3, "A text."), OperationField("count", .int, isOptional: true, maximum: 9, "A number."),
        OperationField("words", .list(.string), isOptional: true, maximum: 2, "Words."),
        OperationField("place", .record([OperationField("floor", .int, "A floor.")]), isOptional: true, "A place."),
        OperationField("file", .file, isOptional: true, "A file."),
    ]

    @Test(
        arguments: [
            (["text": "a"], nil), (["text": "a", "other": 1], nil), (["text": "a", "count": nil], nil), (["text": "a", "count": 3.0], nil),
            ([:], "'text' is missing"), (["text": nil], "'text' is missing"), (["text": 1], "'text' is a number, not a text"),
            (["text": "abcd"], "'text' has more than 3 characters"),
            (["text": "a", "count": 1.5], "'count' is a number, not a whole number"),
            (["text": "a", "count": 10], "'count' is greater than 9"),
            (["text": "a", "words": ["a", 1]], "'words' has at [1] what is a number, not a text"),
            (["text": "a", "words": ["a", "b", "c"]], "'words' has more than 2 elements"),
            (["text": "a", "place": [:]], "'place' has a part that is wrong: 'floor' is missing"),
            (["text": "a", "place": 1], "'place' is a number, not a record"), (["text": "a", "file": ["id": "F"]], "'file' is no file"),
            (["text": "a", "file": ["key": "k", "kind": "photo"]], nil),
        ] as [(JSON, String?)])
    func saysWhatDoesNotFit(values: JSON, problem: String?) throws {
        #expect(Self.fields.problem(with: try #require(values.object)) == problem)
    }

    // MARK: Ids

    @Test func endsHaveOneIdAndStepsTheirOwn() {
        func id(_ content: OperationReply.Content) -> EnvelopeID {
            OperationReply(request: "e/0", operation: .probeEcho, content: content).id
        }
        #expect(id(.result(JSONObject())) == "e/0/end")
        #expect(id(.failure(OperationFailure(.timeout, ""))) == "e/0/end")
        #expect(id(.progress(1, JSONObject())) == "e/0/p1")
        #expect(id(.progress(2, JSONObject())) == "e/0/p2")
    }

    /// However many effects lead to one another, AMQP can carry their ids.
    @Test func idsOfLongChainsStayShort() {
        for beginning in ["telegram:demo:1", String(repeating: "ж", count: 120)] {
            var id = EnvelopeID(beginning)
            var seen: Set<EnvelopeID> = []
            for step in 0..<3_000 {
                id = id.effect(step % 3)
                #expect(id.rawValue.utf8.count <= 255)
                #expect(seen.insert(id).inserted)
                if id != id.effect(0), id.effect(0) == id.effect(1) { Issue.record("effects of \(id) are one") }
            }
        }
        #expect(EnvelopeID("telegram:demo:1").effect(7) == "telegram:demo:1/7")
    }
}
