/// What an operation takes and gives: known alike to those who ask for it (definitions, the CLI) and to the worker that does it.
public struct OperationContract: Sendable, Hashable {
    public let operation: Operation
    /// The worker that offers it, by the first word of its queues.
    public let worker: String
    /// What it does, in one sentence.
    public let summary: String
    public let arguments: [OperationField]
    /// What it tells on the way; nil: nothing before its end.
    public let progress: [OperationField]?
    public let result: [OperationField]
    /// Beside ``OperationFailure/Code/common``.
    public let failures: [Failure]
    /// How long whoever asks waits for the end, unless they say otherwise.
    public let timeout: Duration

    /// A code with which the operation itself fails.
    public struct Failure: Sendable, Hashable {
        public let code: OperationFailure.Code
        public let summary: String

        public init(_ code: OperationFailure.Code, _ summary: String) {
            self.code = code
            self.summary = summary
        }
    }

    public init(
        _ operation: Operation, worker: String, _ summary: String, arguments: [OperationField], progress: [OperationField]? = nil,
        result: [OperationField], failures: [Failure] = [], timeout: Duration = .seconds(60)
    ) {
        self.operation = operation
        self.worker = worker
        self.summary = summary
        self.arguments = arguments
        self.progress = progress
        self.result = result
        self.failures = failures
        self.timeout = timeout
    }
}

/// A named value of an operation.
public struct OperationField: Sendable, Hashable {
    public let name: String
    public let type: OperationType
    /// Whether it may be left out.
    public let isOptional: Bool
    /// The greatest number, or the most characters of a text or elements of a list; nil: no limit of its own.
    public let maximum: Int64?
    /// What it means, in one sentence.
    public let summary: String

    public init(_ name: String, _ type: OperationType, isOptional: Bool = false, maximum: Int64? = nil, _ summary: String) {
        self.name = name
        self.type = type
        self.isOptional = isOptional
        self.maximum = maximum
        self.summary = summary
    }
}

public indirect enum OperationType: Sendable, Hashable {
    case string
    case int
    case number
    case bool
    /// Milliseconds since 1970.
    case timestamp
    /// Milliseconds.
    case duration
    /// Minor units (cents).
    case money
    case list(OperationType)
    case record([OperationField])
    /// ``OperationFile``.
    case file
    /// A text that nobody may see: an argument only, never a result, and never logged.
    case secret

    /// As documents and messages call it.
    public var description: String {
        switch self {
        case .string: "string"
        case .int: "int"
        case .number: "number"
        case .bool: "bool"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .money: "money"
        case .list(let element): "list<\(element.description)>"
        case .record(let fields):
            "{" + fields.map { "\($0.name): \($0.type.description)\($0.isOptional ? "?" : "")" }.joined(separator: ", ") + "}"
        case .file: "file"
        case .secret: "secret"
        }
    }
}
