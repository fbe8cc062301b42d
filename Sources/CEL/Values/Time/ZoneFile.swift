#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A compiled zone of the IANA database (RFC 8536).
struct ZoneFile: Sendable {
    /// Instants at which the offset changes, ascending.
    private let transitions: [Int64]
    /// The offset from each transition on.
    private let offsets: [Int]
    private let first: Int
    /// The rule for the time after the last transition.
    private let footer: ZoneRule?

    private static let folder = "/usr/share/zoneinfo/"
    /// The largest zone has a few KB.
    private static let sizeLimit = 1 << 20

    /// Nil when there is no such file or it can't be understood.
    init?(named name: String) {
        guard let bytes = Self.read(Self.folder + name) else { return nil }
        self.init(bytes)
    }

    init?(_ bytes: [UInt8]) {
        guard let old = Header(bytes, at: 0) else { return nil }
        // Version 1 has 32-bit times only; what follows its block in later versions has all.
        let start = old.version >= 2 ? Header.size + old.blockSize(timeSize: 4) : 0
        guard let header = Header(bytes, at: start) else { return nil }
        let timeSize = old.version >= 2 ? 8 : 4
        let data = start + Header.size
        let end = data + header.blockSize(timeSize: timeSize)
        guard end <= bytes.count, header.types > 0 else { return nil }
        func whole(_ offset: Int, _ size: Int) -> Int64 {
            let raw = bytes[offset..<offset + size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return size == 4 ? Int64(Int32(truncatingIfNeeded: raw)) : Int64(bitPattern: raw)
        }
        let indices = data + header.times * timeSize
        let types = indices + header.times
        let typeOffsets = (0..<header.types).map { Int(whole(types + $0 * 6, 4)) }
        var changes: [Int] = []
        for position in 0..<header.times {
            let index = Int(bytes[indices + position])
            guard index < typeOffsets.count else { return nil }
            changes.append(typeOffsets[index])
        }
        transitions = (0..<header.times).map { whole(data + $0 * timeSize, timeSize) }
        offsets = changes
        first = typeOffsets[0]
        let text = bytes[end...].drop { $0 == 0x0A }.prefix { $0 != 0x0A }
        footer = old.version >= 2 ? ZoneRule(String(decoding: text, as: UTF8.self)) : nil
    }

    func offset(at seconds: Int64) -> Int {
        guard let last = transitions.last else { return footer?.offset(at: seconds) ?? first }
        if seconds >= last, let footer { return footer.offset(at: seconds) }
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : offsets[low - 1]
    }

    private struct Header {
        static let size = 44
        let version: Int
        let counts: [Int]

        init?(_ bytes: [UInt8], at start: Int) {
            guard bytes.count >= start + Self.size, bytes[start..<start + 4].elementsEqual("TZif".utf8) else { return nil }
            let digit = bytes[start + 4]
            version = digit == 0 ? 1 : Int(digit) - 0x30
            counts = (0..<6).map { position in
                bytes[start + 20 + position * 4..<start + 24 + position * 4].reduce(0) { $0 << 8 | Int($1) }
            }
            // No count of a real zone comes near this; it keeps the sums below from overflowing.
            guard counts.allSatisfy({ $0 <= ZoneFile.sizeLimit }) else { return nil }
        }

        var times: Int { counts[3] }
        var types: Int { counts[4] }

        func blockSize(timeSize: Int) -> Int {
            times * (timeSize + 1) + types * 6 + counts[5] + counts[2] * (timeSize + 4) + counts[1] + counts[0]
        }
    }

    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while bytes.count <= sizeLimit {
            let count = buffer.withUnsafeMutableBytes { pointer in
                #if canImport(Glibc)
                    Glibc.read(descriptor, pointer.baseAddress, pointer.count)
                #elseif canImport(Musl)
                    Musl.read(descriptor, pointer.baseAddress, pointer.count)
                #else
                    Darwin.read(descriptor, pointer.baseAddress, pointer.count)
                #endif
            }
            if count < 0 { return nil }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
        return nil
    }
}
