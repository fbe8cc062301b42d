import Foundation
import Glibc
import JSON

/// A headless Chromium with one page, driven over its debugging pipe: JSON in and out, ended by zero bytes.
///
/// Calls block. It is used by one test at a time.
final class Chromium {
    struct Failure: Error, CustomStringConvertible { var description: String }

    static let path: String? = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].lazy
        .flatMap { name in (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":").map { "\($0)/\(name)" } }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    private let child: Child
    private let folder: String
    private let input: Int32
    private let output: Int32
    private var buffer: [UInt8] = []
    private var nextID: Int64 = 1
    private var session = ""
    private var tabs: [String] = []
    /// What went wrong in the page: exceptions, and what its content policy refused.
    private(set) var complaints: [String] = []

    init(width: Int, height: Int, scheme: String = "light") throws {
        guard let path = Self.path else { throw Failure(description: "no chromium") }
        folder = try Child.temporaryFolder("chat-page")
        let (commands, answers) = (try Child.pipe(), try Child.pipe())
        var arguments = ["--headless", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe", "--user-data-dir=\(folder)"]
        // Root has no sandbox; containers often run as root.
        if getuid() == 0 { arguments.append("--no-sandbox") }
        child = try Child(path, arguments + ["about:blank"], descriptors: [3: commands.reading, 4: answers.writing])
        close(commands.reading)
        close(answers.writing)
        (input, output) = (commands.writing, answers.reading)
        try openTab()
        try resize(width, height)
        try send("Emulation.setEmulatedMedia", ["features": [["name": "prefers-color-scheme", "value": .string(scheme)]]])
    }

    /// Opens another tab; what follows is done in it.
    func openTab() throws {
        session = ""
        let target = try send("Target.createTarget", ["url": "about:blank"])["targetId"]?.string ?? ""
        session = try send("Target.attachToTarget", ["targetId": .string(target), "flatten": true])["sessionId"]?.string ?? ""
        tabs.append(session)
        for domain in ["Page", "Runtime", "Log"] { try send("\(domain).enable") }
    }

    /// Goes on in a tab, counted from 0 in the order of their opening.
    func select(tab: Int) { session = tabs[tab] }

    deinit {
        child.end()
        close(input)
        close(output)
        try? FileManager.default.removeItem(atPath: folder)
    }

    func resize(_ width: Int, _ height: Int) throws {
        try send(
            "Emulation.setDeviceMetricsOverride",
            ["width": .int(Int64(width)), "height": .int(Int64(height)), "deviceScaleFactor": 1, "mobile": .bool(width < 500)])
    }

    func open(_ url: String) throws {
        try send("Page.navigate", ["url": .string(url)])
        try wait("performance.getEntriesByName('ready').length > 0")
    }

    /// Leaves the page.
    func leave() throws { try send("Page.navigate", ["url": "about:blank"]) }

    /// The value of an expression; promises are waited for.
    @discardableResult
    func evaluate(_ script: String) throws -> JSON {
        let answer = try send("Runtime.evaluate", ["expression": .string(script), "awaitPromise": true, "returnByValue": true])
        if let exception = answer["exceptionDetails"] { throw Failure(description: "\(script): \(exception)") }
        return answer["result"]?["value"] ?? .null
    }

    /// Waits until an expression is true.
    func wait(_ script: String, seconds: Double = 20) throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try evaluate("Boolean(\(script))") != true {
            guard ContinuousClock.now < deadline else { throw Failure(description: "never true: \(script)") }
            usleep(20_000)
        }
    }

    func type(_ text: String) throws { try send("Input.insertText", ["text": .string(text)]) }

    func press(_ key: String) throws {
        let code: Int64 = ["Enter": 13, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40, "Tab": 9][key] ?? 0
        let text: JSON = key == "Enter" ? "\r" : ""
        for type: JSON in ["keyDown", "keyUp"] {
            try send(
                "Input.dispatchKeyEvent",
                [
                    "key": .string(key), "code": .string(key), "windowsVirtualKeyCode": .int(code), "type": type,
                    "text": type == "keyDown" ? text : "",
                ])
        }
    }

    // MARK: The pipe

    @discardableResult
    private func send(_ method: String, _ parameters: JSON = [:]) throws -> JSON {
        let id = nextID
        nextID += 1
        let message: JSON =
            session.isEmpty
            ? ["id": .int(id), "method": .string(method), "params": parameters]
            : ["id": .int(id), "method": .string(method), "params": parameters, "sessionId": .string(session)]
        try write(message.bytes + [0])
        while true {
            let answer = try read()
            if answer["id"]?.int == id {
                if let error = answer["error"] { throw Failure(description: "\(method): \(error)") }
                return answer["result"] ?? [:]
            }
            switch answer["method"]?.string {
            case "Runtime.exceptionThrown": complaints.append(answer["params"]?["exceptionDetails"]?.description ?? "exception")
            case "Log.entryAdded" where answer["params"]?["entry"]?["level"] == "error":
                complaints.append(answer["params"]?["entry"]?.description ?? "error")
            default: break
            }
        }
    }

    private func write(_ bytes: [UInt8]) throws {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Failure(description: "Chromium went away") }
            start += count
        }
    }

    private func read() throws -> JSON {
        while true {
            if let end = buffer.firstIndex(of: 0) {
                defer { buffer.removeSubrange(...end) }
                return try JSON(parsing: Array(buffer[..<end]))
            }
            var descriptor = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            guard poll(&descriptor, 1, 60_000) > 0 else { throw Failure(description: "Chromium does not answer") }
            var piece = [UInt8](repeating: 0, count: 65_536)
            let count = Glibc.read(output, &piece, piece.count)
            guard count > 0 else { throw Failure(description: "Chromium went away") }
            buffer += piece[..<count]
        }
    }
}
