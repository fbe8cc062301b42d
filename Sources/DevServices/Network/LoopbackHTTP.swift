import Dispatch

/// Asks a process of ours on this machine over HTTP.
package enum LoopbackHTTP {
    /// The body of a 200; nil when nobody listens, it takes longer than about a second, or it is another answer.
    ///
    /// The answer must come in one piece, as the admin endpoints' do: no chunks.
    package static func get(port: UInt16, path: String) async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "switchboard.http").async { continuation.resume(returning: getBlocking(port: port, path: path)) }
        }
    }

    private static let largest = 16 * 1024 * 1024

    private static func getBlocking(port: UInt16, path: String) -> [UInt8]? {
        let request = "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"
        guard let socket = LoopbackSocket.open(port: port, timeout: .seconds(1)), socket.send(Array(request.utf8)),
            let reply = socket.receive(upTo: largest, until: { _ in false })
        else { return nil }
        return body(ofReply: reply)
    }

    package static func body(ofReply reply: [UInt8]) -> [UInt8]? {
        let words = reply.prefix { $0 != 13 }.split(separator: 32)
        guard words.count >= 2, words[0].starts(with: "HTTP/1.".utf8), words[1].elementsEqual("200".utf8) else { return nil }
        return content(ofReply: reply).map { Array($0) }
    }

    /// What comes after the header of an answer, whatever its status; nil when the header does not end.
    static func content(ofReply reply: [UInt8]) -> ArraySlice<UInt8>? {
        let blankLine: [UInt8] = [13, 10, 13, 10]
        guard let end = reply.indices.first(where: { reply[$0...].starts(with: blankLine) }) else { return nil }
        return reply[(end + 4)...]
    }
}
