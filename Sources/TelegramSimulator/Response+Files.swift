import HTTPTypes
import Hummingbird
import NIOCore
import TelegramSimulatorKit

extension Response {
    /// A file, or the part of it that the request asks for: films are not loaded whole before somebody looks at their end.
    static func file(_ bytes: [UInt8], _ headers: HTTPFields, for request: Request) -> Response {
        var headers = headers
        headers[.acceptRanges] = "bytes"
        // Only GET knows ranges.
        let range = request.method == .get ? request.headers[.range] : nil
        switch ByteRange(range, count: bytes.count) {
        case .whole: return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
        case .part(let part):
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(bytes.count)"
            return Response(status: .partialContent, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes[part])))
        case .unsatisfiable:
            return Response(status: .rangeNotSatisfiable, headers: [.contentRange: "bytes */\(bytes.count)", .acceptRanges: "bytes"])
        }
    }

    static func control(_ answer: ControlAPI.Response, for request: Request) -> Response {
        guard let name = answer.fileName else {
            var response = Response.json(HTTPResponse.Status(code: answer.status), answer.body)
            response.headers[.contentType] = answer.contentType
            response.headers[.cacheControl] = "no-store"
            return response
        }
        // Only what is a picture, a sound or a film by its bytes is shown in place; whatever else came from a bot must
        // not run as a page of ours.
        let type = MediaType.sniff(answer.body)
        let safe = String(name.unicodeScalars.filter { $0.isASCII && $0.value >= 0x20 && $0 != "\"" && $0 != "\\" }.map(Character.init))
        return .file(
            answer.body,
            [
                .contentDisposition: "\(type != nil ? "inline" : "attachment"); filename=\"\(safe)\"",
                .contentType: type ?? "application/octet-stream", .cacheControl: "max-age=86400", .xContentTypeOptions: "nosniff",
                .contentSecurityPolicy: "default-src 'none'; sandbox",
            ], for: request)
    }
}
