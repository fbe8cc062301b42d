package import Instrumentation
package import Logging

private enum TraceParentKey: ServiceContextKey {
    typealias Value = TraceParent
    static var nameOverride: String? { "traceparent" }
}

extension ServiceContext {
    /// Where in which trace the current task works; nil outside of every trace.
    ///
    /// It lives in the task-local context that swift-distributed-tracing uses, so a tracer that is bootstrapped one day finds it there.
    package var traceParent: TraceParent? {
        get { self[TraceParentKey.self] }
        set { self[TraceParentKey.self] = newValue }
    }
}

extension TraceParent {
    /// Of the current task.
    package static var current: TraceParent? { ServiceContext.current?.traceParent }
}

/// Runs `body` in a span of its own below `parent`: every line logged inside, in child tasks too, carries the trace's id.
///
/// - Parameter parent: What came with the message; nil begins a new trace.
package func withTrace<Result>(_ parent: TraceParent?, _ body: () throws -> Result) rethrows -> Result {
    try ServiceContext.withValue(context(below: parent), operation: body)
}

package func withTrace<Result>(
    _ parent: TraceParent?, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
) async rethrows -> Result {
    try await ServiceContext.withValue(context(below: parent), isolation: isolation, operation: body)
}

/// Runs `body` at exactly that position of a trace.
package func withTrace<Result>(at position: TraceParent, _ body: () throws -> Result) rethrows -> Result {
    var context = ServiceContext.current ?? .topLevel
    context.traceParent = position
    return try ServiceContext.withValue(context, operation: body)
}

/// The same within `span`, or when it is nil, as ever below `parent`.
package func withTrace<Result>(_ parent: TraceParent?, in span: Span?, _ body: () throws -> Result) rethrows -> Result {
    try ServiceContext.withValue(context(below: parent, in: span), operation: body)
}

package func withTrace<Result>(
    _ parent: TraceParent?, in span: Span?, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
) async rethrows -> Result {
    try await ServiceContext.withValue(context(below: parent, in: span), isolation: isolation, operation: body)
}

private func context(below parent: TraceParent?, in span: Span?) -> ServiceContext {
    guard let span else { return context(below: parent) }
    var context = ServiceContext.current ?? .topLevel
    context.traceParent = span.context
    return context
}

private func context(below parent: TraceParent?) -> ServiceContext {
    var context = ServiceContext.current ?? .topLevel
    context.traceParent = parent?.child() ?? TraceParent()
    return context
}

extension Logger.MetadataProvider {
    /// `trace_id` and `span_id` of the current task.
    package static let traceContext = Logger.MetadataProvider {
        guard let parent = TraceParent.current else { return [:] }
        return ["trace_id": .string(parent.traceID.description), "span_id": .string(parent.spanID.description)]
    }
}
