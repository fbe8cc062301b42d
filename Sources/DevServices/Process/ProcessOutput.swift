import CProcess
import Dispatch
import Glibc

/// Where a process's standard output and error go, both together.
package enum ProcessOutput: Sendable {
    /// To where ours go.
    case inherited
    case discarded
    /// Appended to a file.
    case file(String)
    /// Line by line, without the line break, in order, on a queue of its own. Very long lines come in pieces.
    case lines(@Sendable ([UInt8]) -> Void)
}

/// Cuts a stream of bytes into lines.
package struct LineSplitter: Sendable {
    /// A longer line is handed on in pieces of this size, so that a process that never ends its line can't fill memory.
    package static let longestLine = 64 * 1024

    private var rest: [UInt8] = []

    package init() {}

    package mutating func append(_ bytes: some Sequence<UInt8>, line: ([UInt8]) -> Void) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
                line(rest)
                rest.removeAll(keepingCapacity: true)
            } else {
                rest.append(byte)
                if rest.count >= Self.longestLine {
                    line(rest)
                    rest.removeAll(keepingCapacity: true)
                }
            }
        }
    }

    /// What stands after the last line break, once nothing more will come.
    package mutating func finish(line: ([UInt8]) -> Void) {
        if !rest.isEmpty { line(rest) }
        rest = []
    }
}

/// Reads the lines a process writes into a pipe until it and all it started have closed it.
enum PipeReader {
    /// - Returns: the end of the pipe for the child (close it after the start), and what is fulfilled when all is read.
    static func open(_ line: @escaping @Sendable ([UInt8]) -> Void) throws(DevServicesError) -> (writeEnd: Int32, done: OneShot<Void>) {
        var ends: [Int32] = [-1, -1]
        guard cprocess_pipe(&ends) == 0 else { throw Files.failure("open", "a pipe") }
        let readEnd = ends[0]
        let done = OneShot<Void>()
        // A serial queue blocks in a thread of its own, off Swift's concurrency threads.
        DispatchQueue(label: "switchboard.pipe").async {
            var splitter = LineSplitter()
            var chunk = [UInt8](repeating: 0, count: 32 * 1024)
            while true {
                let count = read(readEnd, &chunk, chunk.count)
                if count > 0 {
                    splitter.append(chunk[..<count], line: line)
                } else if count == 0 || errno != EINTR {
                    break
                }
            }
            splitter.finish(line: line)
            close(readEnd)
            done.fulfil(())
        }
        return (ends[1], done)
    }
}

/// Lines that another process writes into a pipe.
package enum PipeLines {
    /// - Returns: the end to hand to the writer; close it here after that.
    package static func open(
        _ line: @escaping @Sendable ([UInt8]) -> Void, ended: @escaping @Sendable () -> Void
    ) throws(DevServicesError) -> Int32 {
        let pipe = try PipeReader.open(line)
        Task {
            await pipe.done.wait()
            ended()
        }
        return pipe.writeEnd
    }
}
