import JSON
import Testing

/// How the page and what it shows come to the browser.
@Suite(.serialized, .enabled(if: canRun, "needs Chromium and the built simulator"))
struct PageDeliveryTests: OnChatPage {
    let simulator: SimulatorProcess
    let browser: Chromium

    init() throws {
        simulator = try SimulatorProcess()
        browser = try Chromium(width: 1400, height: 900)
        try browser.open(simulator.url + "/?bot=demo&person=ann")
    }

    @Test func itTakesFewRequestsAndFewerTheSecondTime() throws {
        let asked =
            "performance.getEntriesByType('resource').map((each) => new URL(each.name).pathname).filter((path) => path !== '/icon.svg').sort()"
        #expect(
            try browser.evaluate(asked) == ["/chat.css", "/chat.js", "/control/v1/page/history", "/control/v1/people", "/control/v1/state"])
        try browser.open(simulator.url + "/?bot=demo&person=ann")
        #expect(
            try browser.evaluate(
                "performance.getEntriesByType('resource').filter((each) => /chat\\.(js|css)/.test(each.name)).map((each) => each.transferSize)"
            )
                == [0, 0])
        // Without its version a file is asked for anew each time.
        let headers = "fetch('/chat.js').then((answer) => answer.headers.get('Cache-Control'))"
        #expect(try browser.evaluate(headers) == "no-cache")
    }

    @Test func manyTabsShareOneStream() throws {
        try write("/start", in: 0)
        let count = 8
        for _ in 1..<count {
            try browser.openTab()
            try browser.open(simulator.url + "/?bot=demo&person=ann&person=bob")
        }
        let ann = try id(of: "ann")
        try bot("sendMessage", "{chat_id: \(ann), text: 'For all of you'}")
        for tab in 0..<count {
            browser.select(tab: tab)
            try browser.wait("\(pane(0)).querySelector('.theirs .text')?.textContent === 'For all of you'")
        }
        // What goes away leaves the others theirs; what comes back catches up.
        try browser.leave()
        browser.select(tab: 1)
        try bot("sendMessage", "{chat_id: \(ann), text: 'Once more'}")
        try browser.wait("[...\(pane(0)).querySelectorAll('.theirs .text')].at(-1).textContent === 'Once more'")
        browser.select(tab: count - 1)
        try browser.open(simulator.url + "/?bot=demo&person=ann")
        try browser.wait("\(pane(0)).querySelectorAll('.theirs').length === 2")
        #expect(browser.complaints == [])
    }

    @Test func filesComeInParts() throws {
        let ann = try id(of: "ann")
        try write("/start", in: 0)
        let bytes = (0..<100).map { UInt8($0) }
        let file =
            try bot("sendDocument", "{chat_id: \(ann)}", file: ("document", "a.bin", "application/octet-stream", bytes))["document"]?[
                "file_id"]?.string ?? ""
        let path = try bot("getFile", "{file_id: '\(file)'}")["file_path"]?.string ?? ""
        for url in ["/control/v1/files/\(file)", "/file/bot\(SimulatorProcess.token)/\(path)"] {
            func part(_ range: String) throws -> JSON {
                try browser.evaluate(
                    """
                    fetch('\(url)', {headers: {Range: '\(range)'}, cache: 'no-store'}).then(async (answer) =>
                      [answer.status, answer.headers.get('Content-Range'), answer.headers.get('Accept-Ranges'), [...new Uint8Array(await answer.arrayBuffer())]])
                    """)
            }
            #expect(try part("bytes=10-12") == [206, "bytes 10-12/100", "bytes", [10, 11, 12]])
            #expect(try part("bytes=-2") == [206, "bytes 98-99/100", "bytes", [98, 99]])
            #expect(try part("bytes=100-") == [416, "bytes */100", "bytes", []])
            #expect(try part("lines=1-2").array?.first == 200)
        }
    }

    @Test func whatTheBrowserCannotShowHasAPlace() throws {
        let ann = try id(of: "ann")
        try write("/start", in: 0)
        try bot("sendSticker", "{chat_id: \(ann), emoji: '🎈'}", file: ("sticker", "a.tgs", "application/x-tgsticker", [31, 139]))
        try browser.wait("\(pane(0)).querySelector('.sticker.stand')?.textContent.includes('🎈')")
        try bot("sendVideo", "{chat_id: \(ann)}", file: ("video", "a.mp4", "video/mp4", [1, 2, 3]))
        try browser.wait("\(pane(0)).querySelector('.framed .broken')")
        try bot("sendVideoNote", "{chat_id: \(ann)}", file: ("video_note", "a.mp4", "video/mp4", [1, 2, 3]))
        try browser.wait("\(pane(0)).querySelectorAll('.framed .broken').length === 2")
    }
}
