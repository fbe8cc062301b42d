internal import CCurl
internal import Glibc

/// Counts open sockets; libcurl's connections outlive the handle that opened them.
final class ConnectionCounter {
    var open = 0
}

extension TransferHandle {
    /// The connection counter must live as long as the multi handle: its address stays in every connection.
    func setCallbacks(context: UnsafeMutableRawPointer, connections: ConnectionCounter) {
        ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        ccurl_set_transfer_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            return bytes.withMemoryRebound(to: UInt8.self, capacity: size * count) {
                TransferHandle.at(context).receive(UnsafeBufferPointer(start: $0, count: size * count))
            }
        }
        ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        ccurl_set_transfer_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            return bytes.withMemoryRebound(to: UInt8.self, capacity: size * count) {
                TransferHandle.at(context).receiveHeader(UnsafeBufferPointer(start: $0, count: size * count))
            }
        }
        ccurl_set_pointer(easy, CURLOPT_READDATA, context)
        ccurl_set_transfer_callback(easy, CURLOPT_READFUNCTION) { buffer, size, count, context in
            guard let buffer, let context else { return Int(CURL_READFUNC_ABORT) }
            return TransferHandle.at(context).source?.read(into: buffer, count: size * count) ?? Int(CURL_READFUNC_ABORT)
        }
        ccurl_set_pointer(easy, CURLOPT_SEEKDATA, context)
        ccurl_set_seek_callback(easy) { context, offset, origin in
            guard let context, origin == SEEK_SET else { return Int32(CURL_SEEKFUNC_CANTSEEK) }
            return TransferHandle.at(context).source?.seek(to: Int64(offset)) ?? false ? Int32(CURL_SEEKFUNC_OK) : Int32(CURL_SEEKFUNC_FAIL)
        }
        ccurl_set_pointer(easy, CURLOPT_PREREQDATA, context)
        ccurl_set_prerequest_callback(easy) { context, _, _, _, _ in
            guard let context else { return Int32(CURL_PREREQFUNC_ABORT) }
            return TransferHandle.at(context).readyToWrite() ? Int32(CURL_PREREQFUNC_OK) : Int32(CURL_PREREQFUNC_ABORT)
        }
        let counter = Unmanaged.passUnretained(connections).toOpaque()
        ccurl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, counter)
        ccurl_set_open_socket_callback(easy) { counter, _, address in
            guard let counter, let address else { return -1 }
            // Not for our child processes.
            let descriptor = socket(
                address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
            if descriptor >= 0 { Unmanaged<ConnectionCounter>.fromOpaque(counter).takeUnretainedValue().open += 1 }
            return descriptor
        }
        ccurl_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, counter)
        ccurl_set_close_socket_callback(easy) { counter, descriptor in
            if let counter { Unmanaged<ConnectionCounter>.fromOpaque(counter).takeUnretainedValue().open -= 1 }
            return close(descriptor)
        }
    }

    static func at(_ context: UnsafeMutableRawPointer) -> TransferHandle {
        Unmanaged<TransferHandle>.fromOpaque(context).takeUnretainedValue()
    }

    private func readyToWrite() -> Bool {
        guard let submission else { return false }
        let isRepetition = evidence.wasReady
        if isRepetition {
            isWorn = true
            head.reset()
        }
        return evidence.readyToWrite(bytesCounted: bytesCounted, mayBeRepeated: submission.request.mayBeRepeated)
    }

    /// Any other number than the line's length aborts the transfer.
    private func receiveHeader(_ line: UnsafeBufferPointer<UInt8>) -> Int {
        let wasComplete = head.isComplete
        guard head.append(line: line) else {
            failure = LocalFailure(code: .protocolViolation, message: "the response's head is too large or has no status")
            return 0
        }
        if head.isComplete, !wasComplete { headArrived() }
        return line.count
    }

    private func headArrived() {
        guard let submission, case .stream = submission.sink, let status = head.status else { return }
        submission.complete(.success(HTTPResponse(status: status, version: head.version, headers: head.headers)))
    }

    private func receive(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard let submission else { return 0 }
        let total = received + Int64(bytes.count)
        let limit: Int64
        switch submission.sink {
        case .file(_, let maxSize) where isSuccess: limit = maxSize
        case .memory, .file, .stream: limit = Int64(submission.request.maxResponseSize)
        }
        guard total <= limit else {
            failure = LocalFailure(code: .responseTooLarge, message: "the response is larger than \(limit) bytes")
            return 0
        }
        switch submission.sink {
        case .file(let path, _) where isSuccess:
            do throws(SystemError) {
                let file: DownloadFile
                if let download { file = download } else { file = try DownloadFile(path: path) }
                download = file
                try file.write(UnsafeRawBufferPointer(bytes))
            } catch {
                failure = LocalFailure(code: .file, message: "the file can't be written: \(error)", cause: error)
                return 0
            }
        case .memory, .file:
            body.append(contentsOf: bytes)
        case .stream(let channel):
            switch channel.offer(bytes) {
            case .taken: break
            // The same bytes come again after curl_easy_pause, so they aren't counted yet.
            case .full: return Int(CURL_WRITEFUNC_PAUSE)
            case .abandoned:
                failure = LocalFailure(code: .cancelled, message: "the reader of the body went away")
                return 0
            }
        }
        received = total
        return bytes.count
    }

    var isSuccess: Bool {
        (200..<300).contains(head.status ?? 0)
    }
}
