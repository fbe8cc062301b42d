import HTTPTypes
import Hummingbird
import NIOCore
import TelegramSimulatorKit

/// The chat page: files that are part of the program, joined so that a browser has to ask four times at most.
struct Page: Sendable {
    private struct File: Sendable {
        var type: String
        var bytes: [UInt8]
        /// Named with the version in the page, so that it never has to be asked for again.
        var isVersioned = true
    }

    private let files: [String: File]
    /// Changes with any of the files.
    private let version: String

    init() throws {
        let modules = Self.modules.mapValues { String(decoding: $0, as: UTF8.self) }
        let bundle = try ScriptBundle(modules)
        let script = Array(try bundle.script(entry: "main.js").utf8)
        let worker = Array(try bundle.script(entry: "worker.js").utf8)
        let style = Array(Self.styles.joined(separator: [0x0A]))
        let parts = [script, style, worker, PackageResources.index_html]
        // FNV-1a: enough to tell two builds apart.
        let hash = parts.joined().reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let version = String(hash, radix: 36)
        let html = String(decoding: PackageResources.index_html, as: UTF8.self).replacing("?v=", with: "?v=\(version)")
        self.version = version
        files = [
            "/": File(type: "text/html; charset=utf-8", bytes: Array(html.utf8), isVersioned: false),
            "/chat.js": File(type: "text/javascript; charset=utf-8", bytes: script),
            "/worker.js": File(type: "text/javascript; charset=utf-8", bytes: worker),
            "/chat.css": File(type: "text/css; charset=utf-8", bytes: style),
            "/icon.svg": File(type: "image/svg+xml", bytes: PackageResources.icon_svg),
        ]
    }

    /// Nothing from outside, no inline code, no frames.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    func response(_ path: String, query: String?, ifNoneMatch: String?) -> Response {
        guard let file = files[path == "/index.html" ? "/" : path] else {
            return Response(
                status: .notFound, headers: [.contentType: "text/plain; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: "Not found\n")))
        }
        let isForEver = file.isVersioned && query == "v=\(version)"
        var headers: HTTPFields = [
            .contentType: file.type, .cacheControl: isForEver ? "max-age=31536000, immutable" : "no-cache", .eTag: "\"\(version)\"",
            .contentSecurityPolicy: Self.policy, .xContentTypeOptions: "nosniff",
        ]
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        if ifNoneMatch == "\"\(version)\"" { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: file.bytes)))
    }
}

extension Page {
    /// In the order in which they apply.
    fileprivate static var styles: [[UInt8]] {
        [
            PackageResources.page_css, PackageResources.pane_css, PackageResources.messages_css, PackageResources.media_css,
            PackageResources.requests_css, PackageResources.dialogs_css,
        ]
    }

    fileprivate static var modules: [String: [UInt8]] {
        [
            "actions.js": PackageResources.actions_js,
            "main.js": PackageResources.main_js,
            "address.js": PackageResources.address_js,
            "attachments.js": PackageResources.attachments_js,
            "composer.js": PackageResources.composer_js,
            "content.js": PackageResources.content_js,
            "dom.js": PackageResources.dom_js,
            "entities.js": PackageResources.entities_js,
            "film.js": PackageResources.film_js,
            "forward.js": PackageResources.forward_js,
            "history.js": PackageResources.history_js,
            "hub.js": PackageResources.hub_js,
            "icons.js": PackageResources.icons_js,
            "inline.js": PackageResources.inline_js,
            "json.js": PackageResources.json_js,
            "keyboard.js": PackageResources.keyboard_js,
            "media.js": PackageResources.media_js,
            "menu.js": PackageResources.menu_js,
            "message.js": PackageResources.message_js,
            "names.js": PackageResources.names_js,
            "pane.js": PackageResources.pane_js,
            "player.js": PackageResources.player_js,
            "poll.js": PackageResources.poll_js,
            "pollform.js": PackageResources.pollform_js,
            "reactions.js": PackageResources.reactions_js,
            "requests.js": PackageResources.requests_js,
            "server.js": PackageResources.server_js,
            "stream.js": PackageResources.stream_js,
            "suggestions.js": PackageResources.suggestions_js,
            "tell.js": PackageResources.tell_js,
            "view.js": PackageResources.view_js,
            "worker.js": PackageResources.worker_js,
        ]
    }
}
