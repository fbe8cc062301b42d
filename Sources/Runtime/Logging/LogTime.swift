import Glibc

/// A moment, to the millisecond, that can write itself without a calendar library.
package struct LogTime: Sendable, Hashable {
    /// Since 1970-01-01T00:00:00Z.
    var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static var now: LogTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return LogTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// RFC 3339 in UTC: `2026-11-21T11:31:44.123Z`.
    package var rfc3339: String {
        let (year, month, day) = date
        return digits { out in
            out.append(year, width: 4)
            out.append(UInt8(ascii: "-"))
            out.append(month, width: 2)
            out.append(UInt8(ascii: "-"))
            out.append(day, width: 2)
            out.append(UInt8(ascii: "T"))
            appendTime(to: &out)
            out.append(UInt8(ascii: "Z"))
        }
    }

    /// `11:31:44.123`, in UTC.
    var timeOfDay: String { digits { appendTime(to: &$0) } }

    private func appendTime(to out: inout Digits) {
        let rest = Int(milliseconds - days * 86_400_000)
        out.append(rest / 3_600_000, width: 2)
        out.append(UInt8(ascii: ":"))
        out.append(rest / 60_000 % 60, width: 2)
        out.append(UInt8(ascii: ":"))
        out.append(rest / 1000 % 60, width: 2)
        out.append(UInt8(ascii: "."))
        out.append(rest % 1000, width: 3)
    }

    private var days: Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The Gregorian date of a day number, counted in eras of 400 years that begin in March, so that a leap day comes last.
    private var date: (year: Int, month: Int, day: Int) {
        let shifted = Int(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private func digits(_ body: (inout Digits) -> Void) -> String {
        String(unsafeUninitializedCapacity: 24) { buffer in
            var out = Digits(buffer: buffer, count: 0)
            body(&out)
            return out.count
        }
    }

    private struct Digits {
        var buffer: UnsafeMutableBufferPointer<UInt8>
        var count: Int

        mutating func append(_ byte: UInt8) {
            guard count < buffer.count else { return }
            buffer[count] = byte
            count += 1
        }

        mutating func append(_ number: Int, width: Int) {
            var divisor = width == 4 ? 1000 : width == 3 ? 100 : 10
            while divisor > 0 {
                append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
                divisor /= 10
            }
        }
    }
}
