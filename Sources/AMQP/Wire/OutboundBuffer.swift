import Glibc

/// Encoded frames that wait for the socket, in one growable block.
///
/// One block, so that a burst of messages leaves with one system call; librabbitmq's own publish makes one per frame.
/// Used by one thread only.
package final class OutboundBuffer {
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    private var head = 0
    private var tail = 0
    /// The first reason why what is being encoded cannot be sent.
    private var defect: AMQPError?
    /// The largest frame the broker accepts, header and end octet included.
    package var frameMax: Int

    /// After a burst the block shrinks back to this, so that one flood does not hold memory for ever.
    private static let restingCapacity = 256 * 1024

    package init(frameMax: Int = 131_072) {
        self.frameMax = frameMax
        capacity = 16 * 1024
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    package var count: Int { tail - head }
    package var isEmpty: Bool { head == tail }
    /// Valid until the next call.
    package var readable: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base + head, count: count) }

    package func consume(_ count: Int) {
        head += min(count, self.count)
        guard isEmpty else { return }
        head = 0
        tail = 0
        if capacity > Self.restingCapacity {
            base.deallocate()
            capacity = Self.restingCapacity
            base = .allocate(byteCount: capacity, alignment: 16)
        }
    }

    package func removeAll() { consume(count) }

    /// Takes back what was encoded last.
    package func truncate(to count: Int) { tail = min(tail, head + count) }

    /// Encodes all of `body` or, when something in it cannot be sent, nothing.
    package func encode(_ body: (OutboundBuffer) -> Void) throws(AMQPError) {
        let start = count
        defect = nil
        body(self)
        if let defect {
            tail = head + start
            throw defect
        }
    }

    package func reject(_ reason: @autoclosure () -> String) {
        if defect == nil { defect = AMQPError(.invalidMessage, reason()) }
    }

    // MARK: Frames

    /// Starts a frame; `endFrame` needs the result.
    package func beginFrame(type: UInt8, channel: UInt16) -> Int {
        reserve(7)
        put(type)
        put(channel)
        put(UInt32(0))
        return count
    }

    package func endFrame(_ mark: Int) {
        let size = count - mark
        if size + 8 > frameMax { reject("method or header of \(size) bytes exceeds the frame limit of \(frameMax)") }
        base.storeBytes(of: UInt32(truncatingIfNeeded: size).bigEndian, toByteOffset: head + mark - 4, as: UInt32.self)
        write(WireFormat.frameEnd)
    }

    package func writeBodyFrames(_ body: [UInt8], channel: UInt16) {
        var offset = 0
        let largest = frameMax - 8
        while offset < body.count {
            let size = min(largest, body.count - offset)
            reserve(size + 8)
            put(WireFormat.FrameType.body)
            put(channel)
            put(UInt32(size))
            body.withUnsafeBytes { bytes in
                if let start = bytes.baseAddress { (base + tail).copyMemory(from: start + offset, byteCount: size) }
            }
            tail += size
            put(WireFormat.frameEnd)
            offset += size
        }
    }

    package func writeHeartbeat() {
        let mark = beginFrame(type: WireFormat.FrameType.heartbeat, channel: 0)
        endFrame(mark)
    }

    // MARK: Values

    package func write<Value: FixedWidthInteger>(_ value: Value) {
        reserve(MemoryLayout<Value>.size)
        put(value)
    }

    /// At most 255 bytes, which is what the one-byte length can say.
    package func writeShort(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            guard bytes.count <= 255 else { return reject("a name of \(bytes.count) bytes exceeds 255") }
            reserve(1 + bytes.count)
            put(UInt8(bytes.count))
            putRaw(UnsafeRawBufferPointer(bytes))
        }
    }

    package func writeLong(_ text: String) {
        var text = text
        text.withUTF8 { writeLong(UnsafeRawBufferPointer($0)) }
    }

    package func writeLong(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= Int(UInt32.max) else { return reject("a field of \(bytes.count) bytes") }
        reserve(4 + bytes.count)
        put(UInt32(bytes.count))
        putRaw(bytes)
    }

    /// Reserves a four-byte length to be filled by `endLength`.
    package func beginLength() -> Int {
        write(UInt32(0))
        return count
    }

    package func endLength(_ mark: Int) {
        base.storeBytes(of: UInt32(truncatingIfNeeded: count - mark).bigEndian, toByteOffset: head + mark - 4, as: UInt32.self)
    }

    // MARK: Memory

    private func put<Value: FixedWidthInteger>(_ value: Value) {
        base.storeBytes(of: value.bigEndian, toByteOffset: tail, as: Value.self)
        tail += MemoryLayout<Value>.size
    }

    private func putRaw(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        (base + tail).copyMemory(from: start, byteCount: bytes.count)
        tail += bytes.count
    }

    private func reserve(_ extra: Int) {
        if tail + extra <= capacity { return }
        let used = count
        if used + extra <= capacity / 2 {
            // Mostly consumed: moving the rest to the front is cheaper than growing.
            memmove(base, base + head, used)
        } else {
            var larger = capacity
            while larger < used + extra { larger *= 2 }
            let block = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
            block.copyMemory(from: base + head, byteCount: used)
            base.deallocate()
            base = block
            capacity = larger
        }
        head = 0
        tail = used
    }
}
