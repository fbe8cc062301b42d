/// When what is to be sent: evenly at a rate, in batches where single ones would come too close together.
package struct Pace: Sendable, Hashable {
    let total: Int
    /// Per second; nil: as fast as it goes.
    let rate: Double?
    let largestBatch: Int

    package init(total: Int, rate: Double? = nil, largestBatch: Int = 500) {
        self.total = total
        self.rate = rate
        self.largestBatch = largestBatch
    }

    /// How many to send now. The first is due at once; what was late is caught up.
    package func due(sent: Int, after elapsed: Duration) -> Int {
        let left = total - sent
        guard let rate else { return min(left, largestBatch) }
        let scheduled = min(Double(total), (elapsed / .seconds(1)) * rate + 1)
        return max(0, min(Int(scheduled) - sent, left, largestBatch))
    }

    /// How long to wait until the next is due, at least 5 ms, so that a high rate goes in batches.
    package func wait(sent: Int, after elapsed: Duration) -> Duration {
        guard let rate else { return .zero }
        return max(.milliseconds(5), .seconds(Double(sent) / rate) - elapsed)
    }
}

/// How far a long work is: `1,200 of 10,000 · 498/s · 18 s left`.
package struct Progress: Sendable, Hashable {
    package var done: Int
    package var total: Int
    package var elapsed: Duration

    package init(done: Int, total: Int, elapsed: Duration) {
        self.done = done
        self.total = total
        self.elapsed = elapsed
    }

    package var text: String {
        let seconds = max(elapsed / .seconds(1), 0.001)
        let rate = Double(done) / seconds
        var text = "\(done.grouped) of \(total.grouped) · \(Int(rate.rounded()).grouped)/s"
        if rate > 0, done < total { text += " · \(Duration.seconds(Int((Double(total - done) / rate).rounded(.up))).forPeople) left" }
        return text
    }
}

extension Int {
    /// With commas between thousands.
    package var grouped: String {
        let digits = String(magnitude)
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return (self < 0 ? "-" : "") + result
    }
}
