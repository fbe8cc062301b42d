import Foundation

/// Examines many generated inputs and tells which of them break a promise.
///
///     CELFuzz [rounds=1000000] [seed] [first round] [-v]
///
/// `-v` prints each input before it is examined. CEL_VECTORS names a folder with JSON files whose `expr`s are mixed in,
/// CEL_FUZZ_STACK the size of the thread's stack in KiB, 512 by default.
@main
enum FuzzCommand {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst().filter { $0 != "-v" }
        var run = FuzzRun()
        let count = arguments.first.flatMap { Int($0) } ?? 1_000_000
        let first = arguments.dropFirst(2).first.flatMap { Int($0) } ?? 0
        run.rounds = first..<first + count
        if let seed = arguments.dropFirst().first.flatMap({ UInt64($0) }) { run.seed = seed }
        run.isVerbose = CommandLine.arguments.contains("-v")
        if let stack = ProcessInfo.processInfo.environment["CEL_FUZZ_STACK"].flatMap({ Int($0) }) { run.stackSize = stack << 10 }
        run.corpus = Corpus.all(in: ProcessInfo.processInfo.environment["CEL_VECTORS"])
        print("seed \(run.seed), rounds \(run.rounds), a corpus of \(run.corpus.count)")
        let report = run.run { FileHandle.standardOutput.write(Data(($0 + "\n").utf8)) }
        print(
            "\(report.inputs) inputs, \(report.compiled) compile, \(report.withValue) have a value, \(report.violationCount) violations; "
                + "the longest took \(Int(report.longest.milliseconds)) ms (round \(report.longest.round)); \(FuzzRun.peakMemory() >> 20) MB at most"
        )
        exit(report.violationCount == 0 ? 0 : 1)
    }
}
