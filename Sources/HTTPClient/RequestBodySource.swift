internal import CCurl
internal import Glibc

/// The body of the request being sent, in the shape libcurl wants it; freed after the transfer. Lives on the I/O thread.
final class RequestBodySource {
    enum Failure: Error {
        case file(SystemError)
        case memory
    }

    /// libcurl reads these bytes in place, while the handle is in use.
    private var copy: UnsafeMutableRawPointer?
    private var file: UploadFile?
    private var mime: OpaquePointer?
    /// libcurl holds their addresses.
    private var parts: [UploadFile] = []
    let size: Int

    init(_ body: HTTPRequest.Body, easy: UnsafeMutableRawPointer) throws(Failure) {
        switch body {
        case .none:
            size = 0
        case .bytes(let bytes):
            size = bytes.count
            let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
            bytes.withUnsafeBytes { memory.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: bytes.count) }
            copy = memory
        case .file(let path):
            let file = try Self.open(path)
            self.file = file
            size = Int(file.size)
        case .multipart(let list):
            guard let mime = curl_mime_init(easy) else { throw .memory }
            self.mime = mime
            var total = 0
            var failure: Failure?
            for part in list {
                do throws(Failure) {
                    total += try Self.add(part, to: mime, keeping: &parts)
                } catch {
                    failure = error
                    break
                }
            }
            size = total
            if let failure { throw failure }
        }
    }

    deinit {
        if let mime { curl_mime_free(mime) }
        copy?.deallocate()
    }

    /// Sets the options of `easy` for this body; ``clear(_:)`` undoes them.
    func apply(to easy: UnsafeMutableRawPointer, method: HTTPRequest.Method) {
        if let mime {
            ccurl_set_pointer(easy, CURLOPT_MIMEPOST, UnsafeMutableRawPointer(mime))
        } else if let file {
            // POST with a read callback rather than UPLOAD: the method is named by CUSTOMREQUEST either way.
            ccurl_set_long(easy, CURLOPT_POST, 1)
            ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, nil)
            ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(file.size))
        } else if let copy {
            ccurl_set_long(easy, CURLOPT_POST, 1)
            ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, copy)
            ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(size))
        } else if method == .head {
            ccurl_set_long(easy, CURLOPT_NOBODY, 1)
        } else if method == .post || method == .put || method == .patch {
            // So that Content-Length: 0 is sent.
            ccurl_set_long(easy, CURLOPT_POST, 1)
            ccurl_set_string(easy, CURLOPT_POSTFIELDS, "")
            ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, 0)
        }
        ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, method.rawValue)
    }

    static func clear(_ easy: UnsafeMutableRawPointer) {
        ccurl_set_pointer(easy, CURLOPT_MIMEPOST, nil)
        ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, nil)
        ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, -1)
        ccurl_set_long(easy, CURLOPT_NOBODY, 0)
        ccurl_set_long(easy, CURLOPT_HTTPGET, 1)
    }

    func read(into buffer: UnsafeMutableRawPointer, count: Int) -> Int? {
        file?.read(into: buffer, count: count)
    }

    func seek(to offset: Int64) -> Bool {
        file?.seek(to: offset) ?? false
    }

    /// A file of the body could not be read to its end.
    var hasFailed: Bool {
        file?.hasFailed ?? false || parts.contains { $0.hasFailed }
    }

    private static func open(_ path: String) throws(Failure) -> UploadFile {
        do {
            return try UploadFile(path: path)
        } catch {
            throw .file(error)
        }
    }

    /// - Returns: the size of the part's content.
    private static func add(_ part: HTTPRequest.Part, to mime: OpaquePointer, keeping parts: inout [UploadFile]) throws(Failure) -> Int {
        guard let target = curl_mime_addpart(mime) else { throw .memory }
        var result = curl_mime_name(target, part.name)
        let size: Int
        switch part.content {
        case .bytes(let bytes):
            size = bytes.count
            if result == CURLE_OK {
                result = bytes.withUnsafeBytes { raw in
                    // An empty array has no address, and nil would take the data away again.
                    raw.isEmpty
                        ? curl_mime_data(target, "", 0)
                        : curl_mime_data(target, raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count)
                }
            }
        case .file(let path):
            let kept = try open(path)
            parts.append(kept)
            size = Int(kept.size)
            if result == CURLE_OK {
                result = curl_mime_data_cb(
                    target, curl_off_t(kept.size), readPart, seekPart, nil, Unmanaged.passUnretained(kept).toOpaque())
            }
        }
        if result == CURLE_OK, let filename = part.filename { result = curl_mime_filename(target, filename) }
        if result == CURLE_OK, let contentType = part.contentType { result = curl_mime_type(target, contentType) }
        guard result == CURLE_OK else { throw .memory }
        return size
    }

    private static let readPart: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
        buffer, size, count, context in
        guard let buffer, let context else { return Int(CURL_READFUNC_ABORT) }
        let file = Unmanaged<UploadFile>.fromOpaque(context).takeUnretainedValue()
        return file.read(into: buffer, count: size * count) ?? Int(CURL_READFUNC_ABORT)
    }

    private static let seekPart: @convention(c) (UnsafeMutableRawPointer?, curl_off_t, Int32) -> Int32 = { context, offset, origin in
        guard let context, origin == SEEK_SET else { return Int32(CURL_SEEKFUNC_CANTSEEK) }
        let file = Unmanaged<UploadFile>.fromOpaque(context).takeUnretainedValue()
        return file.seek(to: Int64(offset)) ? Int32(CURL_SEEKFUNC_OK) : Int32(CURL_SEEKFUNC_FAIL)
    }
}
