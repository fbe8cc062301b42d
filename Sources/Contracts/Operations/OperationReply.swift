public import JSON

/// What a worker says of an operation: the content of an event in the conversation that asked.
public struct OperationReply: Sendable, Hashable, JSONCodable {
    /// The id of the request.
    public var request: EnvelopeID
    public var operation: Operation
    public var content: Content

    public enum Content: Sendable, Hashable {
        /// How far it is. Numbered from 1, by the names of the contract.
        case progress(Int, JSONObject)
        /// It is done.
        case result(JSONObject)
        case failure(OperationFailure)

        /// The name on the wire and in metrics.
        public var name: String {
            switch self {
            case .progress: "progress"
            case .result: "result"
            case .failure: "failure"
            }
        }
    }

    public init(request: EnvelopeID, operation: Operation, content: Content) {
        self.request = request
        self.operation = operation
        self.content = content
    }

    /// The id of the event: the same however often the operation is done, and one for all ways in which it can end, so that
    /// only the first end counts.
    public var id: EnvelopeID {
        if case .progress(let number, _) = content { request.derived("p\(number)") } else { request.derived("end") }
    }

    /// Whether nothing more comes.
    public var isEnd: Bool { if case .progress = content { false } else { true } }

    public init(json: JSON) throws(JSONError) {
        request = try json.required("request")
        operation = try json.required("operation")
        let outcome: String = try json.required("outcome")
        switch outcome {
        case "progress": content = .progress(try json.required("number"), json["progress"]?.object ?? JSONObject())
        case "result": content = .result(json["result"]?.object ?? JSONObject())
        case "failure": content = .failure(try json.required("failure"))
        default: throw JSONError(.value, "is no known outcome", path: ["outcome"])
        }
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("request", request)
            $0.member("operation", operation)
            $0.member("outcome", content.name)
            switch content {
            case .progress(let number, let values):
                $0.member("number", number)
                $0.member("progress", JSON.object(values))
            case .result(let values): $0.member("result", JSON.object(values))
            case .failure(let failure): $0.member("failure", failure)
            }
        }
    }
}
