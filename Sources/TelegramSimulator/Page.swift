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
        let html = "text/html; charset=utf-8"
        let style = "text/css; charset=utf-8"
        let script = "text/javascript; charset=utf-8"
        let picture = "image/svg+xml"
        return [
            "/": file(html, PackageResources.index_html),
            "/page.css": file(style, PackageResources.page_css),
            "/pane.css": file(style, PackageResources.pane_css),
            "/messages.css": file(style, PackageResources.messages_css),
            "/media.css": file(style, PackageResources.media_css),
            "/requests.css": file(style, PackageResources.requests_css),
            "/main.js": file(script, PackageResources.main_js),
            "/address.js": file(script, PackageResources.address_js),
            "/composer.js": file(script, PackageResources.composer_js),
            "/content.js": file(script, PackageResources.content_js),
            "/dom.js": file(script, PackageResources.dom_js),
            "/entities.js": file(script, PackageResources.entities_js),
            "/history.js": file(script, PackageResources.history_js),
            "/icons.js": file(script, PackageResources.icons_js),
            "/json.js": file(script, PackageResources.json_js),
            "/keyboard.js": file(script, PackageResources.keyboard_js),
            "/media.js": file(script, PackageResources.media_js),
            "/menu.js": file(script, PackageResources.menu_js),
            "/message.js": file(script, PackageResources.message_js),
            "/names.js": file(script, PackageResources.names_js),
            "/pane.js": file(script, PackageResources.pane_js),
            "/player.js": file(script, PackageResources.player_js),
            "/poll.js": file(script, PackageResources.poll_js),
            "/requests.js": file(script, PackageResources.requests_js),
            "/server.js": file(script, PackageResources.server_js),
            "/tell.js": file(script, PackageResources.tell_js),
            "/view.js": file(script, PackageResources.view_js),
            "/icon.svg": file(picture, PackageResources.icon_svg),
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
