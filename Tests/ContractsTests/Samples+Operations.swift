import Contracts
import JSON

extension Samples {
    static let requests: [(name: String, request: OperationRequest)] = [
        (
            "probe.echo",
            request(
                .probeEcho,
                [
                    ("text", "hi"), ("number", 1.5), ("count", 2), ("price", 1250), ("sure", true), ("at", 1_767_607_200_000),
                    ("lasting", 90_000), ("words", ["a", "b"]), ("place", ["name": "Pier", "floor": 3]),
                    ("file", ["id": "F1", "kind": "photo", "name": "a.jpg", "size": 1234]), ("password", "s"),
                ])
        ),
        (
            "probe.slow-nobody",
            OperationRequest(
                .probeSlow, bot: bot, platform: .telegram, at: Timestamp(milliseconds: 1),
                arguments: JSONObject([("steps", 3), ("pause", 100)]), wantsReply: false, deadline: Timestamp(milliseconds: 60_001))
        ),
    ]

    static let replies: [(name: String, event: Event)] = [
        ("operation-progress", reply(.probeSlow, .progress(2, JSONObject([("step", 2), ("steps", 3)])))),
        ("operation-result", reply(.probeEcho, .result(JSONObject([("text", "hi")])))),
        ("operation-failure", reply(.probeFail, .failure(OperationFailure("asked_for", "It was asked to fail.")))),
    ]

    private static func request(_ operation: Operation, _ arguments: [JSONObject.Member]) -> OperationRequest {
        OperationRequest(
            operation, bot: bot, platform: .telegram, at: Timestamp(milliseconds: 1_767_607_200_000), chat: chat, person: ann, thread: "5",
            arguments: JSONObject(arguments), deadline: Timestamp(milliseconds: 1_767_607_260_000))
    }

    private static func reply(_ operation: Operation, _ content: OperationReply.Content) -> Event {
        request(operation, []).event(content, id: "telegram:demo:1/0", at: Timestamp(milliseconds: 1_767_607_201_000))
    }
}
