/// A piece of work within a trace, from its beginning to its end.
///
/// There is one only while traces are recorded: ``Tracing/begin(_:_:below:at:)`` gives nil otherwise, so that all that is written about a
/// span as `span?.…` costs a comparison when nobody looks.
package struct Span: Sendable {
    /// Numbers as OTLP has them.
    package enum Kind: Int, Sendable {
        /// Within the process.
        case `internal` = 1
        /// Answers a request of somebody who waits for it.
        case server = 2
        /// Asks another system and waits for its answer.
        case client = 3
        /// Hands a message over.
        case producer = 4
        /// Handles a message.
        case consumer = 5
    }

    package enum Value: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
        case text(String)
        case number(Int64)
        case flag(Bool)

        package init(stringLiteral value: String) { self = .text(value) }
        package init(integerLiteral value: Int64) { self = .number(value) }
        package init(booleanLiteral value: Bool) { self = .flag(value) }
    }

    /// What those are given who work below this span.
    package let context: TraceParent
    /// Nil for the first of its trace.
    package let parent: TraceParent.SpanID?
    /// From a small set, such as `publish inbound`: neither a chat nor a person.
    package let name: String
    package let kind: Kind
    /// Nanoseconds since 1970.
    package let start: Int64
    /// Set by ``finish(error:at:)``.
    package private(set) var end: Int64
    /// Names by OpenTelemetry's semantic conventions where there is one. No message's content, no secret.
    package var attributes: [(key: String, value: Value)] = []
    /// Other traces that it has to do with, such as that of whoever asked for it long before.
    package var links: [TraceParent] = []
    /// A kind of error, from a small set; nil: it went well.
    package private(set) var error: String?
    private let recorder: SpanRecorder

    init(_ name: String, _ kind: Kind, context: TraceParent, parent: TraceParent.SpanID?, at start: Int64, recorder: SpanRecorder) {
        self.name = name
        self.kind = kind
        self.context = context
        self.parent = parent
        self.start = start
        end = start
        self.recorder = recorder
    }

    /// Beside ``Tracing``, for a recorder of one's own.
    package static func make(
        _ name: String, _ kind: Kind, below parent: TraceParent, at start: Int64 = Tracing.now, in recorder: SpanRecorder
    ) -> Span {
        Span(name, kind, context: parent.child(), parent: parent.spanID, at: start, recorder: recorder)
    }

    /// The first of a trace.
    package static func make(
        _ name: String, _ kind: Kind, at position: TraceParent, since start: Int64 = Tracing.now, in recorder: SpanRecorder
    ) -> Span {
        Span(name, kind, context: position, parent: nil, at: start, recorder: recorder)
    }

    package subscript(key: String) -> Value? {
        get { attributes.first { $0.key == key }?.value }
        set {
            attributes.removeAll { $0.key == key }
            if let newValue { attributes.append((key, newValue)) }
        }
    }

    /// Ends it and hands it over to be exported. Once for each span.
    ///
    /// - Parameter error: What kind of failure it ended in; nil: none.
    package consuming func finish(error: String? = nil, at end: Int64 = Tracing.now) {
        // A clock that was set back meanwhile must not make it end before it began.
        self.end = max(start, end)
        self.error = error
        recorder.record(self)
    }
}
