/// A position in a trace, as W3C Trace Context writes it in a `traceparent`: which trace, which span of it, and whether it is recorded.
///
/// `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`
package struct TraceParent: Sendable, Hashable, LosslessStringConvertible {
    package struct TraceID: Sendable, Hashable, CustomStringConvertible {
        fileprivate let high: UInt64
        fileprivate let low: UInt64

        package static func random() -> TraceID {
            // All zeros is not a valid id.
            TraceID(high: max(1, RandomIDs.next()), low: RandomIDs.next())
        }

        /// Whether a trace is recorded is drawn from its last bits, which are random in everybody's ids: 0..<2^16.
        package var lot: Int { Int(low & 0xFFFF) }

        /// 32 small hexadecimal digits.
        package var description: String {
            String(unsafeUninitializedCapacity: 32) { buffer in
                writeHex(high, to: buffer, at: 0)
                writeHex(low, to: buffer, at: 16)
                return 32
            }
        }
    }

    package struct SpanID: Sendable, Hashable, CustomStringConvertible {
        fileprivate let value: UInt64

        package static func random() -> SpanID { SpanID(value: max(1, RandomIDs.next())) }

        /// 16 small hexadecimal digits.
        package var description: String {
            String(unsafeUninitializedCapacity: 16) { buffer in
                writeHex(value, to: buffer, at: 0)
                return 16
            }
        }
    }

    package var traceID: TraceID
    /// The span that whoever gets this is a child of.
    package var spanID: SpanID
    package var flags: UInt8

    package init(traceID: TraceID = .random(), spanID: SpanID = .random(), isSampled: Bool = true) {
        self.traceID = traceID
        self.spanID = spanID
        flags = isSampled ? 1 : 0
    }

    package var isSampled: Bool { flags & 1 == 1 }

    /// The same trace, one span further down.
    package func child() -> TraceParent {
        var child = self
        child.spanID = .random()
        return child
    }

    /// Nil unless `text` is a valid header: version 00 exactly as specified; a later version by its first four fields.
    package init?(_ text: String) {
        var text = text
        let parsed = text.withUTF8 { bytes -> TraceParent? in
            guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash, let version = readHex(bytes[0..<2]),
                version != 0xFF, version == 0 ? bytes.count == 55 : bytes.count == 55 || bytes[55] == dash,
                let high = readHex(bytes[3..<19]), let low = readHex(bytes[19..<35]), high | low != 0,
                let span = readHex(bytes[36..<52]), span != 0, let flags = readHex(bytes[53..<55])
            else { return nil }
            var parent = TraceParent(traceID: TraceID(high: high, low: low), spanID: SpanID(value: span))
            // Of a later version only the flag that is known now may be read.
            parent.flags = version == 0 ? UInt8(flags) : UInt8(flags & 1)
            return parent
        }
        guard let parsed else { return nil }
        self = parsed
    }

    /// The header, version 00.
    package var description: String {
        String(unsafeUninitializedCapacity: 55) { buffer in
            for index in [2, 35, 52] { buffer[index] = dash }
            for index in [0, 1] { buffer[index] = UInt8(ascii: "0") }
            writeHex(traceID.high, to: buffer, at: 3)
            writeHex(traceID.low, to: buffer, at: 19)
            writeHex(spanID.value, to: buffer, at: 36)
            buffer[53] = hexDigit(flags >> 4)
            buffer[54] = hexDigit(flags & 15)
            return 55
        }
    }
}

private let dash = UInt8(ascii: "-")

private func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value }

private func writeHex(_ value: UInt64, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
    for index in 0..<16 { buffer[start + index] = hexDigit(UInt8(value >> UInt64(60 - 4 * index) & 15)) }
}

/// Small digits only: the specification forbids capitals.
private func readHex(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
    var value: UInt64 = 0
    for digit in digits {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
        default: return nil
        }
    }
    return value
}
