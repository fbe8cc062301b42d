import HTTPTypes
import Hummingbird
import NIOCore

/// The chat page: files that are part of the program.
enum Page {
    private struct File: Sendable {
        var type: String
        var bytes: [UInt8]
        var tag: String
    }

    private static let files: [String: File] = {
        let script = "text/javascript; charset=utf-8"
        return [
            "/": file("text/html; charset=utf-8", PackageResources.index_html),
            "/page.css": file("text/css; charset=utf-8", PackageResources.page_css),
            "/main.js": file(script, PackageResources.main_js),
            "/server.js": file(script, PackageResources.server_js),
            "/messages.js": file(script, PackageResources.messages_js),
            "/entities.js": file(script, PackageResources.entities_js),
            "/composer.js": file(script, PackageResources.composer_js),
            "/dom.js": file(script, PackageResources.dom_js),
            "/icon.svg": file("image/svg+xml", PackageResources.icon_svg),
        ]
    }()

    private static func file(_ type: String, _ bytes: [UInt8]) -> File {
        // FNV-1a: enough to tell two builds apart.
        let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return File(type: type, bytes: bytes, tag: "\"\(String(hash, radix: 36))\"")
    }

    /// Nothing from outside, no inline code, no frames.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    static func response(_ path: String, ifNoneMatch: String?) -> Response {
        guard let file = files[path == "/index.html" ? "/" : path] else {
            return Response(
                status: .notFound, headers: [.contentType: "text/plain; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: "Not found\n")))
        }
        var headers: HTTPFields = [
            .contentType: file.type, .cacheControl: "no-cache", .eTag: file.tag, .contentSecurityPolicy: policy,
            .xContentTypeOptions: "nosniff",
        ]
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        if ifNoneMatch == file.tag { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: file.bytes)))
    }
}
