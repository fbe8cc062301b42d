import Glibc

/// Writes lines to a file descriptor from a thread of its own.
///
/// Whoever logs only appends to a buffer: a reader that has stopped reading (a full pipe, a suspended terminal) can't
/// stop the work. When the buffer is full, lines are dropped, and the next line that gets through says how many. Lines are never
/// torn or mixed within this process.
package final class LogWriter: LogSink, @unchecked Sendable {
    // Unchecked: every mutable member below is only touched with `monitor` locked.
    private let descriptor: Int32
    private let capacity: Int
    private let notice: @Sendable (Int) -> [UInt8]
    private let monitor = Monitor()
    private var waiting: [UInt8] = []
    private var isWriting = false
    private var droppedSinceTold = 0
    private var droppedEver = 0
    private var isClosed = false

    /// - Parameters:
    ///   - capacity: Bytes that may wait.
    ///   - notice: The line that says how many lines were dropped.
    package init(descriptor: Int32, capacity: Int, notice: @escaping @Sendable (_ dropped: Int) -> [UInt8]) {
        self.descriptor = descriptor
        self.capacity = capacity
        self.notice = notice
        startThread(named: "log") { [self] in drain() }
    }

    /// Lines dropped since the start.
    package var dropped: Int { monitor.locked { droppedEver } }

    package func write(line: [UInt8]) {
        monitor.locked {
            guard !isClosed else { return }
            guard waiting.count + line.count < capacity else {
                droppedSinceTold += 1
                droppedEver += 1
                return
            }
            let isFirst = waiting.isEmpty
            if droppedSinceTold > 0 {
                waiting += notice(droppedSinceTold)
                waiting.append(UInt8(ascii: "\n"))
                droppedSinceTold = 0
            }
            waiting += line
            waiting.append(UInt8(ascii: "\n"))
            // Once it is awake, or busy, the thread looks again by itself.
            if isFirst, !isWriting { monitor.wake() }
        }
    }

    package func flush(within bound: Duration) {
        let deadline = MonotonicTime.now + bound
        monitor.locked {
            while isWriting || !waiting.isEmpty {
                guard monitor.wait(until: deadline) else { return }
            }
        }
    }

    /// Writes what is waiting and ends the thread. Lines that come later are discarded.
    package func close(within bound: Duration) {
        flush(within: bound)
        monitor.locked {
            isClosed = true
            monitor.wake()
        }
    }

    private func drain() {
        // The two buffers change places, so that their memory is kept.
        var lines: [UInt8] = []
        while true {
            let isOpen = monitor.locked {
                isWriting = false
                // For those who wait in flush.
                monitor.wake()
                while waiting.isEmpty {
                    if isClosed { return false }
                    monitor.wait()
                }
                isWriting = true
                swap(&waiting, &lines)
                return true
            }
            guard isOpen else { return }
            writeAll(lines)
            lines.removeAll(keepingCapacity: true)
        }
    }

    private func writeAll(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    var place = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&place, 1, -1)
                } else if errno != EINTR {
                    // Nobody reads any more (EPIPE), or the disk is full: there is no place left to complain to.
                    return
                }
            }
        }
    }
}
