/// Collects a response's head from the lines libcurl hands over, leaving out interim (1xx) responses.
package struct ResponseHead: Sendable {
    /// libcurl limits a line, not their sum (before 8.x).
    package static let largestSize = 256 << 10

    package private(set) var status: Int?
    package private(set) var version = HTTPVersion.http1_1
    /// The final response's head is complete. Lines after it are trailers and are dropped.
    package private(set) var isComplete = false
    private var block: [UInt8] = []
    private var isInterim = false

    package init() {}

    package var headers: HTTPHeaders { HTTPHeaders(block: block) }

    /// - Returns: false when the head is too large or its status line is none.
    package mutating func append(line: some RandomAccessCollection<UInt8>) -> Bool {
        if isComplete { return true }
        if status == nil || isInterim, line.starts(with: "HTTP/".utf8) {
            block.removeAll(keepingCapacity: true)
            return readStatus(line)
        }
        if line.allSatisfy({ $0 == 0x0D || $0 == 0x0A }) {
            isComplete = !isInterim && status != nil
            return true
        }
        guard block.count + line.count <= Self.largestSize else { return false }
        block.append(contentsOf: line)
        return true
    }

    package mutating func reset() {
        let kept = block
        self = ResponseHead()
        block = kept
        block.removeAll(keepingCapacity: true)
    }

    private mutating func readStatus(_ line: some RandomAccessCollection<UInt8>) -> Bool {
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: true)
        guard words.count >= 2 else { return false }
        let digits = words[1].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard digits.count == 3 else { return false }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        status = number
        isInterim = (100..<200).contains(number)
        version = words[0].elementsEqual("HTTP/2".utf8) ? .http2 : words[0].elementsEqual("HTTP/1.0".utf8) ? .http1_0 : .http1_1
        return true
    }
}
