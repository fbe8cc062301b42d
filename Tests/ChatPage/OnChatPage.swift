import JSON

/// A test that has the page open. The bot is the test too: it calls the Bot API from within the page.
protocol OnChatPage {
    var browser: Chromium { get }
}

extension OnChatPage {
    /// Calls a method and gives its result.
    @discardableResult
    func bot(_ method: String, _ parameters: String) throws -> JSON {
        let answer = try browser.evaluate(
            """
            fetch('/bot\(SimulatorProcess.token)/\(method)', {method: 'POST', headers: {'Content-Type': 'application/json'},
              body: JSON.stringify(\(parameters))}).then((answer) => answer.json())
            """)
        return answer["result"] ?? answer
    }

    func id(of person: String) throws -> Int64 {
        try browser.evaluate(
            "fetch('/control/v1/state').then((a) => a.json()).then((s) => s.people.find((p) => p.username === '\(person)').id)"
        ).int ?? 0
    }

    func pane(_ number: Int) -> String { "document.querySelectorAll('.pane')[\(number)]" }

    func write(_ text: String, in number: Int) throws {
        try browser.evaluate("\(pane(number)).querySelector('textarea').focus()")
        try browser.type(text)
        try browser.press("Enter")
    }

    /// Calls a method with a file of these bytes; the other parameters are members of a JavaScript object.
    @discardableResult
    func bot(_ method: String, _ parameters: String, file: (field: String, name: String, type: String, bytes: [UInt8])) throws -> JSON {
        let answer = try browser.evaluate(
            """
            (() => { const form = new FormData();
              for (const [name, value] of Object.entries(\(parameters))) form.append(name, typeof value === 'object' ? JSON.stringify(value) : value);
              form.append('\(file.field)', new File([new Uint8Array(\(file.bytes))], '\(file.name)', {type: '\(file.type)'}));
              return fetch('/bot\(SimulatorProcess.token)/\(method)', {method: 'POST', body: form}).then((answer) => answer.json()); })()
            """)
        return answer["result"] ?? answer
    }

    /// Presses an entry of the menu that is open.
    func choose(_ label: String) throws {
        try browser.wait("[...document.querySelectorAll('.menu button')].some((entry) => entry.textContent === '\(label)')")
        try browser.evaluate("[...document.querySelectorAll('.menu button')].find((entry) => entry.textContent === '\(label)').click()")
    }

    /// Opens the menu of the newest message of a pane and presses an entry.
    func onNewest(in number: Int, _ label: String) throws {
        try browser.evaluate("[...\(pane(number)).querySelectorAll('.tool.more')].at(-1).click()")
        try choose(label)
    }

    /// The next update of a kind; those before it are passed over.
    func update(_ kind: String) throws -> JSON {
        try browser.evaluate(
            """
            (async () => { for (let round = 0; round < 10; round++) {
              const body = {offset: Number(sessionStorage.offset ?? 0), timeout: 5, allowed_updates: \(Self.kinds)};
              const answer = await fetch('/bot\(SimulatorProcess.token)/getUpdates', {method: 'POST', headers: {'Content-Type': 'application/json'},
                body: JSON.stringify(body)}).then((answer) => answer.json());
              for (const update of answer.result) { sessionStorage.offset = update.update_id + 1; if (update.\(kind)) return update.\(kind); }
            } return null; })()
            """)
    }

    /// Lets the bot hear of everything from here on.
    func listen() throws { try bot("getUpdates", "{allowed_updates: \(Self.kinds)}") }

    private static var kinds: String { "['message', 'message_reaction', 'inline_query', 'chosen_inline_result', 'poll', 'callback_query']" }
}
