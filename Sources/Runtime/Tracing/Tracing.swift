import Glibc
import Synchronization

/// Whether and where this process records spans.
package enum Tracing {
    private static let switchedOn = Atomic<Bool>(false)
    private static let current = Mutex<SpanRecorder?>(nil)
    /// How many of 2^16 traces that begin here are recorded.
    private static let share = Atomic<Int>(1 << 16)

    package static var isOn: Bool { switchedOn.load(ordering: .relaxed) }

    /// From now on spans go to `recorder`; nil: nowhere.
    package static func record(to recorder: SpanRecorder?) {
        current.withLock { $0 = recorder }
        switchedOn.store(recorder != nil, ordering: .relaxed)
    }

    /// The part of the traces that begin in this process that carry the flag `sampled`, on which everybody after it relies: 0…1, default 1.
    package static func sample(_ ratio: Double) {
        share.store(Int((min(max(ratio, 0), 1) * Double(1 << 16)).rounded()), ordering: .relaxed)
    }

    /// The position of the first span of a new trace.
    package static func newTrace() -> TraceParent {
        let trace = TraceParent()
        let share = share.load(ordering: .relaxed)
        return share == 1 << 16 ? trace : TraceParent(traceID: trace.traceID, spanID: trace.spanID, isSampled: trace.traceID.lot < share)
    }

    /// A span below `parent`; nil unless spans are recorded and `parent` is of a trace that is.
    package static func begin(
        _ name: @autoclosure () -> String, _ kind: Span.Kind, below parent: TraceParent?, at start: Int64 = 0
    ) -> Span? {
        guard isOn, let parent, parent.isSampled, let recorder = current.withLock({ $0 }) else { return nil }
        return Span(
            name(), kind, context: parent.child(), parent: parent.spanID, at: start == 0 ? now : start, recorder: recorder)
    }

    /// The same below a message's `traceparent`, which is only read when spans are recorded.
    package static func begin(_ name: @autoclosure () -> String, _ kind: Span.Kind, belowHeader header: String?, at start: Int64 = 0)
        -> Span?
    {
        guard isOn, let header, let parent = TraceParent(header) else { return nil }
        return begin(name(), kind, below: parent, at: start)
    }

    /// The first span of a trace, at `position` of ``newTrace()``.
    package static func begin(
        _ name: @autoclosure () -> String, _ kind: Span.Kind, at position: TraceParent, since start: Int64 = 0
    ) -> Span? {
        guard isOn, position.isSampled, let recorder = current.withLock({ $0 }) else { return nil }
        return Span(name(), kind, context: position, parent: nil, at: start == 0 ? now : start, recorder: recorder)
    }

    /// Nanoseconds since 1970.
    package static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
