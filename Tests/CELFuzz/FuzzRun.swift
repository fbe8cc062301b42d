import Dispatch
import Foundation
import Synchronization

/// Many inputs, one after the other, on a thread with a small stack.
package struct FuzzRun: Sendable {
    package var seed: UInt64 = 20_261_121
    package var rounds: Range<Int> = 0..<20_000
    package var corpus: [String] = []
    /// Bytes of an input, about.
    package var largest = 70_000
    /// Bytes. Threads that a program starts itself have this little on some systems.
    package var stackSize = 512 << 10
    /// Processor time that no input may take, in milliseconds.
    package var slowest = 1000.0
    /// Prints each input before it is examined: the last one is that which crashed.
    package var isVerbose = false

    package struct Report: Sendable {
        package var inputs = 0
        package var compiled = 0
        package var withValue = 0
        /// The round that took the most processor time.
        package var longest = (milliseconds: 0.0, round: 0)
        /// The first of them, with the input.
        package var violations: [String] = []
        package var violationCount = 0
    }

    package init() {}

    /// - Parameter tell: gets a line now and then, and whatever is wrong.
    package func run(tell: @escaping @Sendable (String) -> Void = { _ in }) -> Report {
        onThread(stackSize: stackSize) { loop(tell) }
    }

    private func loop(_ tell: (String) -> Void) -> Report {
        var report = Report()
        for round in rounds {
            let random = SeededGenerator(seed: seed, round: round)
            var generator = InputGenerator(random: random, corpus: corpus, largest: largest)
            let source = generator.input()
            if isVerbose { print("\(round): \(source)") }
            let start = Self.processorTime()
            let examination = Examination(source, random: SeededGenerator(state: random.state &+ 1))
            let milliseconds = Self.processorTime() - start
            report.inputs += 1
            if examination.compiles { report.compiled += 1 }
            if examination.hasValue { report.withValue += 1 }
            if milliseconds > report.longest.milliseconds { report.longest = (milliseconds, round) }
            var violations = examination.violations
            if milliseconds > slowest { violations.append("took \(Int(milliseconds)) ms") }
            for violation in violations {
                report.violationCount += 1
                guard report.violations.count < 20 else { continue }
                report.violations.append("seed \(seed), round \(round): \(violation)\n    \(source.prefix(2000))")
                tell(report.violations[report.violations.count - 1])
            }
            if report.inputs % 10_000 == 0 {
                tell("\(report.inputs) inputs, \(report.violationCount) violations, \(Self.peakMemory() >> 20) MB at most")
            }
        }
        return report
    }

    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
    }

    /// The most memory the process ever had, in bytes; 0 where the system doesn't tell.
    package static func peakMemory() -> Int {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
        else { return 0 }
        return (Int(line.filter(\.isNumber)) ?? 0) << 10
    }
}

/// Runs something on a new thread and waits for it.
package func onThread<Value: Sendable>(stackSize: Int, _ body: @escaping @Sendable () -> Value) -> Value {
    let result = Mutex<Value?>(nil)
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
        let value = body()
        result.withLock { $0 = value }
        done.signal()
    }
    thread.stackSize = stackSize
    thread.start()
    done.wait()
    return result.withLock { $0 } ?? body()
}
