/// What is known of how far a request got, and what follows from it.
///
/// libcurl calls the pre-request hook each time it is about to write the request: after the connection stands (TLS included), and
/// again when it repeats the request on its own. It does so, up to five times and for every method, when a *reused* connection
/// ends before a single byte of the response arrived, and after HTTP/2's REFUSED_STREAM. A server that worked on the request and then
/// died looks the same, so the second call is where a repetition that isn't safe is stopped.
package struct TransferEvidence: Sendable, Hashable {
    /// The largest TLS record holds 16 KiB, and libcurl counts bytes only when all records of one write went out. A request within one
    /// record can't reach the server in part; a larger one may have, uncounted.
    private static let largestUncountedRequest = 8 << 10

    private var timesReady = 0
    package var wasReady: Bool { timesReady > 0 }
    /// Bytes libcurl had counted before the first attempt: a proxy's CONNECT.
    private var bytesBefore = 0
    private var bytesWritten = 0
    /// The hook stopped libcurl from sending it again.
    package private(set) var repetitionRefused = false

    private let isSecure: Bool
    private let bodySize: Int

    package init(isSecure: Bool, bodySize: Int) {
        self.isSecure = isSecure
        self.bodySize = bodySize
    }

    /// The connection stands and the request would be written now.
    /// - Parameter bytesCounted: libcurl's CURLINFO_REQUEST_SIZE at this moment.
    /// - Returns: whether it may be.
    package mutating func readyToWrite(bytesCounted: Int, mayBeRepeated: Bool) -> Bool {
        if timesReady == 0 {
            bytesBefore = bytesCounted
        } else {
            count(bytesCounted)
            if delivery == .ambiguous, !mayBeRepeated {
                repetitionRefused = true
                return false
            }
        }
        timesReady += 1
        return true
    }

    /// Takes over libcurl's count at the end of the transfer.
    package mutating func count(_ bytesCounted: Int) {
        bytesWritten = max(bytesWritten, bytesCounted - bytesBefore)
    }

    package var delivery: HTTPClientError.Delivery {
        if timesReady == 0 { return .notSent }
        if bytesWritten > 0 { return .ambiguous }
        return isSecure && bodySize > Self.largestUncountedRequest ? .ambiguous : .notSent
    }
}
