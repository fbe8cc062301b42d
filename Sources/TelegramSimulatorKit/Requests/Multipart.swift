/// `multipart/form-data` (RFC 7578): fields become parameters, parts with a file name become uploads.
enum Multipart {
    static func parse(_ body: [UInt8], contentType: String, into parameters: inout Parameters) throws(APIFailure) {
        guard let boundary = attribute("boundary", of: contentType), (1...70).contains(boundary.utf8.count) else {
            throw .badRequest("wrong multipart boundary")
        }
        let delimiter = Array("--\(boundary)".utf8)
        let separator = [0x0D, 0x0A] + delimiter
        guard var position = find(delimiter, in: body, from: 0) else { throw malformed }
        position += delimiter.count
        var count = 0
        while true {
            if body[position...].starts(with: "--".utf8) { return }
            guard let headersStart = skipLine(body, position) else { throw malformed }
            guard let headersEnd = find([0x0D, 0x0A, 0x0D, 0x0A], in: body, from: max(headersStart - 2, 0)),
                let end = find(separator, in: body, from: headersEnd + 2)
            else { throw malformed }
            count += 1
            guard count <= RequestParser.maximumParameters else { throw .badRequest("too many parameters") }
            let content = body[min(headersEnd + 4, end)..<end]
            let headers = headersStart <= headersEnd ? body[headersStart..<headersEnd] : []
            try add(String(decoding: headers, as: UTF8.self), content, to: &parameters)
            position = end + separator.count
        }
    }

    private static let malformed = APIFailure.badRequest("can't parse multipart form data")

    private static func add(_ headers: String, _ content: ArraySlice<UInt8>, to parameters: inout Parameters) throws(APIFailure) {
        var disposition = ""
        var contentType: String?
        // CR LF is one Character, so this splits the lines as they are meant.
        for line in headers.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = String(line[line.index(after: colon)...]).trimmingSpaces
            switch line[..<colon].lowercased() {
            case "content-disposition": disposition = value
            case "content-type": contentType = value
            default: break
            }
        }
        guard let name = attribute("name", of: disposition) else { throw malformed }
        if let fileName = attribute("filename", of: disposition) {
            parameters.uploads[name] = Upload(name: fileName, contentType: contentType, bytes: Array(content))
        } else {
            guard let text = String(validating: content, as: UTF8.self) else {
                throw .badRequest("strings must be encoded in UTF-8")
            }
            parameters.add(name, text)
        }
    }

    /// The value of `name=value` or `name="value"` after a semicolon.
    private static func attribute(_ name: String, of header: String) -> String? {
        var bytes = Array(header.utf8)[...]
        while let semicolon = bytes.firstIndex(of: UInt8(ascii: ";")) {
            bytes = bytes[(semicolon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
            guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let key = String(decoding: bytes[..<equals], as: UTF8.self).lowercased()
            bytes = bytes[(equals + 1)...]
            var value: [UInt8] = []
            if bytes.first == UInt8(ascii: "\"") {
                bytes.removeFirst()
                while let byte = bytes.popFirst(), byte != UInt8(ascii: "\"") {
                    if byte == UInt8(ascii: "\\"), let next = bytes.first, next == UInt8(ascii: "\"") || next == byte {
                        bytes.removeFirst()
                        value.append(next)
                    } else {
                        value.append(byte)
                    }
                }
            } else {
                value = Array(bytes.prefix { $0 != UInt8(ascii: ";") })
                bytes = bytes.dropFirst(value.count)
            }
            if key == name { return String(decoding: value, as: UTF8.self) }
        }
        return nil
    }

    private static func skipLine(_ body: [UInt8], _ position: Int) -> Int? {
        var index = position
        while index < body.count, body[index] == 0x20 || body[index] == 0x09 { index += 1 }
        guard index + 1 < body.count, body[index] == 0x0D, body[index + 1] == 0x0A else { return nil }
        return index + 2
    }

    /// Looks for the first byte with `firstIndex` (memchr), then compares: uploads are large and delimiters rare.
    private static func find(_ needle: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        guard start >= 0, needle.count <= body.count else { return nil }
        return body.withUnsafeBufferPointer { body in
            let last = body.count - needle.count
            var index = start
            while index <= last {
                guard let next = body[index...last].firstIndex(of: needle[0]) else { return nil }
                if body[next..<next + needle.count].elementsEqual(needle) { return next }
                index = next + 1
            }
            return nil
        }
    }
}
