import Foundation
import JSON
import Testing

let canRun = Chromium.path != nil && SimulatorProcess.path != nil
private let axe = ProcessInfo.processInfo.environment["SWITCHBOARD_TEST_AXE"]

/// Drives the page in a real browser. The bot is this test too: it calls the Bot API from within the page.
@Suite(.serialized, .enabled(if: canRun, "needs Chromium and the built simulator"))
struct ChatPageTests: OnChatPage {
    let simulator: SimulatorProcess
    let browser: Chromium

    init() throws { try self.init(scheme: "light") }

    private init(scheme: String) throws {
        simulator = try SimulatorProcess()
        browser = try Chromium(width: 1400, height: 900, scheme: scheme)
        try browser.open(simulator.url + "/?bot=demo&person=ann&person=bob")
    }

    @Test func twoPeopleTalkAndSeeOnlyTheirOwn() throws {
        try write("/start", in: 0)
        try browser.wait("\(pane(0)).querySelectorAll('.mine').length === 1")
        try write("hello <img src=x onerror=alert(1)>", in: 1)
        try browser.wait("\(pane(1)).querySelector('.mine .text')?.textContent === 'hello <img src=x onerror=alert(1)>'")
        #expect(try browser.evaluate("\(pane(1)).querySelectorAll('.log img').length") == 0)
        let bob = try id(of: "bob")
        try bot("sendMessage", "{chat_id: \(bob), text: '<b>Hello</b>, Bob', parse_mode: 'HTML'}")
        try browser.wait("\(pane(1)).querySelector('.theirs .text b')?.textContent === 'Hello'")
        #expect(try browser.evaluate("\(pane(0)).querySelectorAll('.theirs').length") == 0)
        #expect(browser.complaints == [])
    }

    @Test func keyboardsEditsAndDeletionsAreLive() throws {
        try write("/start", in: 0)
        let ann = try id(of: "ann")
        let message = try bot(
            "sendMessage", "{chat_id: \(ann), text: 'Choose', reply_markup: {inline_keyboard: [[{text: 'One', callback_data: '1'}]]}}")
        let number = message["message_id"]?.int ?? 0
        try browser.wait("\(pane(0)).querySelector('.keys button')")
        try browser.evaluate("\(pane(0)).querySelector('.keys button').focus()")
        try browser.press("Enter")
        try browser.wait("\(pane(0)).querySelector('.keys button.waiting')")
        let updates = try bot("getUpdates", "{timeout: 10}")
        let query = updates.array?.compactMap { $0["callback_query"]?["id"]?.string }.first ?? ""
        try bot("answerCallbackQuery", "{callback_query_id: '\(query)', text: 'Thank you'}")
        try browser.wait("document.querySelector('.toasts').textContent === 'Thank you'")
        try bot(
            "editMessageText",
            "{chat_id: \(ann), message_id: \(number), text: 'Chosen', reply_markup: {inline_keyboard: [[{text: 'Two', callback_data: '2'}]]}}"
        )
        try browser.wait("\(pane(0)).querySelector('.theirs .text')?.textContent === 'Chosen'")
        // Who taps by keyboard goes on where they were.
        #expect(try browser.evaluate("document.activeElement.textContent") == "Two")
        try bot("deleteMessage", "{chat_id: \(ann), message_id: \(number)}")
        try browser.wait("\(pane(0)).querySelectorAll('.theirs').length === 0")
        try bot("sendMessage", "{chat_id: \(ann), text: 'Keys', reply_markup: {keyboard: [[{text: 'Yes'}]], resize_keyboard: true}}")
        try browser.wait("\(pane(0)).querySelector('.keyboard button')")
        try browser.evaluate("\(pane(0)).querySelector('.keyboard button').click()")
        try browser.wait("[...\(pane(0)).querySelectorAll('.mine .text')].at(-1).textContent === 'Yes'")
        #expect(browser.complaints == [])
    }

    @Test func votesFilesAndCommands() throws {
        try write("/start", in: 0)
        let ann = try id(of: "ann")
        try bot("sendPoll", "{chat_id: \(ann), question: 'Q', options: ['a', 'b'], type: 'quiz', correct_option_id: 1}")
        try browser.wait("\(pane(0)).querySelectorAll('.poll .option').length === 2")
        try browser.evaluate("\(pane(0)).querySelector('.poll .option').click()")
        try browser.wait("\(pane(0)).querySelector('.result.wrong') && \(pane(0)).querySelector('.result.right')")
        try browser.evaluate(
            """
            (() => { const files = new DataTransfer(); files.items.add(new File(['a,b'], 'list.csv', {type: 'text/csv'}));
              const field = \(pane(0)).querySelector('[data-part=file]'); field.files = files.files; field.dispatchEvent(new Event('change')); })()
            """)
        try browser.wait("\(pane(0)).querySelector('.chip')")
        try write("my list", in: 0)
        try browser.wait("\(pane(0)).querySelector('.mine .file')")
        let content = try browser.evaluate("fetch(\(pane(0)).querySelector('.mine .file').href).then((answer) => answer.text())")
        #expect(content == "a,b")
        try bot("setMyCommands", "{commands: [{command: 'add', description: 'Adds'}, {command: 'list', description: 'Lists'}]}")
        try browser.wait("!\(pane(0)).querySelector('[data-part=command-menu]').hidden")
        try browser.evaluate("\(pane(0)).querySelector('textarea').focus()")
        try browser.type("/")
        try browser.wait("\(pane(0)).querySelectorAll('.commands li').length === 2")
        try browser.press("ArrowDown")
        try browser.press("Enter")
        try browser.wait("[...\(pane(0)).querySelectorAll('.mine .text')].at(-1).textContent === '/list'")
        #expect(browser.complaints == [])
    }

    @Test func theRawViewShowsRequestsWithoutSecrets() throws {
        try write("/start", in: 0)
        try browser.evaluate("document.getElementById('toggle-requests').click()")
        try bot("setWebhook", "{url: 'http://127.0.0.1:9/\(SimulatorProcess.token)', secret_token: 'hush'}")
        try bot("deleteWebhook", "{}")
        // Not always the newest: the waiting update may have been tried at the webhook meanwhile.
        try browser.wait("[...document.querySelectorAll('#request-list li b')].some((name) => name.textContent === 'deleteWebhook')")
        try browser.evaluate("for (const summary of document.querySelectorAll('#request-list summary')) summary.click()")
        try browser.wait("document.querySelectorAll('#request-list pre').length >= 4")
        let text = try browser.evaluate("document.getElementById('requests').textContent").string ?? ""
        #expect(text.contains("http://127.0.0.1:9/<token>") && text.contains("<redacted>"))
        #expect(!text.contains(SimulatorProcess.token) && !text.contains("hush"))
        try browser.evaluate(
            "(() => { const field = document.getElementById('request-filter'); field.value = 'setwebhook'; field.dispatchEvent(new Event('input')); })()"
        )
        #expect(try browser.evaluate("document.querySelectorAll('#request-list li').length") == 1)
    }

    @Test func aLongChatKeepsTheDocumentSmall() throws {
        try write("/start", in: 0)
        let ann = try id(of: "ann")
        try browser.evaluate(
            """
            (async () => { for (let round = 0; round < 30; round++) await Promise.all(Array.from({length: 5}, (_, n) => n).map((n) =>
              fetch('/bot\(SimulatorProcess.token)/sendMessage?' + new URLSearchParams({chat_id: \(ann), text: `no ${round * 5 + n}`}))));
              for (let n = 0; n < 350; n++) await fetch('/bot\(SimulatorProcess.token)/sendMessage?' + new URLSearchParams({chat_id: \(ann), text: `later ${n}`})); })()
            """)
        try browser.wait("[...\(pane(0)).querySelectorAll('.theirs .text')].at(-1)?.textContent === 'later 349'")
        #expect(try browser.evaluate("\(pane(0)).querySelectorAll('.log li').length").int ?? 0 <= 330)
        try browser.open(simulator.url + "/?bot=demo&person=ann")
        try browser.evaluate("\(pane(0)).querySelector('.scroller').scrollTop = 0")
        try browser.wait(
            "(\(pane(0)).querySelector('.scroller').scrollTop = 0, [...\(pane(0)).querySelectorAll('.mine .text')].some((node) => node.textContent === '/start'))"
        )
        #expect(try browser.evaluate("\(pane(0)).querySelectorAll('.log li').length").int ?? 0 <= 170)
        try browser.evaluate("\(pane(0)).querySelector('[data-part=to-end]').click()")
        try browser.wait("[...\(pane(0)).querySelectorAll('.theirs .text')].at(-1)?.textContent === 'later 349'")
    }

    @Test(.enabled(if: axe != nil, "needs SWITCHBOARD_TEST_AXE, the path of axe.min.js"), arguments: ["light", "dark"])
    func axeFindsNothing(scheme: String) throws {
        let other = try Self.init(scheme: scheme)
        try other.axeFindsNothing()
    }

    private func axeFindsNothing() throws {
        try write("/start", in: 0)
        let ann = try id(of: "ann")
        try bot(
            "sendMessage",
            "{chat_id: \(ann), parse_mode: 'HTML', text: '<b>b</b> <code>c</code> <a href=\"https://example.org\">l</a> /help <tg-spoiler>s</tg-spoiler>', reply_markup: {inline_keyboard: [[{text: 'One', callback_data: '1'}]]}}"
        )
        try bot("sendPoll", "{chat_id: \(ann), question: 'Q', options: ['a', 'b']}")
        try bot("sendContact", "{chat_id: \(ann), phone_number: '+15550100', first_name: 'Grace'}")
        try bot("sendVenue", "{chat_id: \(ann), latitude: 1, longitude: 2, title: 'Gate', address: 'Square 1'}")
        try bot("sendDice", "{chat_id: \(ann)}")
        let quiz = try bot(
            "sendPoll", "{chat_id: \(ann), question: 'Quiz', options: ['a', 'b'], type: 'quiz', correct_option_id: 1, explanation: 'b'}")
        for (path, body) in [("votes", "options: [0]"), ("reactions", "emoji: ['👍', '🔥']")] {
            try browser.evaluate(
                """
                fetch('/control/v1/\(path)', {method: 'POST', headers: {'Content-Type': 'application/json'},
                  body: JSON.stringify({bot: 'demo', person: 'ann', message_id: \(quiz["message_id"]?.int ?? 0), \(body)})})
                """)
        }
        try bot("sendSticker", "{chat_id: \(ann), emoji: '🎈'}", file: ("sticker", "a.tgs", "application/x-tgsticker", [31, 139]))
        try bot("sendVideo", "{chat_id: \(ann), duration: 3}", file: ("video", "a.mp4", "video/mp4", [1, 2, 3]))
        try bot("sendVoice", "{chat_id: \(ann), duration: 3}", file: ("voice", "a.ogg", "audio/ogg", [79, 103, 103, 83]))
        try bot("sendMessage", "{chat_id: \(ann), text: 'Name?', reply_markup: {force_reply: true}}")
        func check(_ what: String) throws {
            try browser.evaluate(String(contentsOfFile: axe ?? "", encoding: .utf8) + ";0")
            let found = try browser.evaluate(
                "axe.run(document).then((result) => result.violations.map((each) => each.id + ': ' + each.nodes.map((node) => node.html).join(' ')))"
            )
            #expect(found == [], "\(what)")
        }
        for width in [1700, 390] {
            try browser.resize(width, 2400)
            try browser.open(simulator.url + "/?bot=demo&person=ann&person=bob" + (width > 1000 ? "&requests=1" : ""))
            try check("page of \(width)")
            try browser.evaluate("\(pane(0)).querySelector('.tool.more').click()")
            try check("menu at \(width)")
            try browser.press("Enter")
            try browser.wait("document.querySelector('.picker')")
            try check("reactions at \(width)")
            try browser.evaluate("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}))")
            try browser.evaluate("\(pane(0)).querySelector('[data-part=attach]').click()")
            try browser.evaluate(
                "[...document.querySelectorAll('.menu button')].find((entry) => entry.textContent === 'Poll or quiz').click()")
            try browser.evaluate("document.querySelectorAll('dialog input[type=checkbox]')[2].click()")
            try check("poll form at \(width)")
        }
    }
}
