import JSON
import Testing

/// What people do on the page beside writing and tapping.
@Suite(.serialized, .enabled(if: canRun, "needs Chromium and the built simulator"))
struct PeopleOnThePageTests: OnChatPage {
    let simulator: SimulatorProcess
    let browser: Chromium

    init() throws {
        simulator = try SimulatorProcess()
        browser = try Chromium(width: 1400, height: 900)
        try browser.open(simulator.url + "/?bot=demo&person=ann&person=bob")
        try listen()
        try write("/start", in: 0)
        try browser.wait("\(pane(0)).querySelectorAll('.mine').length === 1")
    }

    @Test func reactionsAreGivenAndTakenBack() throws {
        try bot("sendMessage", "{chat_id: \(id(of: "ann")), text: 'News'}")
        try browser.wait("\(pane(0)).querySelector('.theirs .text')?.textContent === 'News'")
        try browser.evaluate("\(pane(0)).querySelector('.theirs .tool.smile').click()")
        #expect(try browser.evaluate("document.activeElement.getAttribute('aria-label')") == "thumbs up")
        try browser.press("ArrowRight")
        try browser.press("ArrowRight")
        try browser.press("Enter")
        try browser.wait("\(pane(0)).querySelector('.reaction')?.getAttribute('aria-label') === 'fire: 1, yours'")
        #expect(try update("message_reaction")["new_reaction"]?.array?.first?["emoji"] == "🔥")
        #expect(try browser.evaluate("document.querySelector('.picker')") == .null)
        try browser.evaluate("\(pane(0)).querySelector('.reaction').click()")
        try browser.wait("!\(pane(0)).querySelector('.reaction')")
        #expect(try update("message_reaction")["new_reaction"] == [])
        #expect(browser.complaints == [])
    }

    @Test func aPollIsMadeAnsweredAndStopped() throws {
        try browser.evaluate("\(pane(0)).querySelector('[data-part=attach]').click()")
        try choose("Poll or quiz")
        try browser.type("Lunch?")
        for option in ["Soup", "Bread"] {
            try browser.press("Tab")
            try browser.type(option)
        }
        // There is always an empty line to go on in.
        #expect(try browser.evaluate("document.querySelectorAll('.asked-options li').length") == 3)
        try browser.press("Enter")
        try browser.wait("\(pane(0)).querySelectorAll('.mine .poll .option').length === 2")
        #expect(try update("message")["text"] == "/start")
        #expect(try update("message")["poll"]?["question"] == "Lunch?")
        try browser.evaluate("\(pane(0)).querySelectorAll('.poll .option')[1].click()")
        try browser.wait("\(pane(0)).querySelector('.result.chosen')?.textContent.includes('Bread')")
        try onNewest(in: 0, "Stop the poll")
        try browser.wait("\(pane(0)).querySelector('.poll small').textContent === 'Final results'")
        #expect(try update("poll")["is_closed"] == true)
        #expect(browser.complaints == [])
    }

    @Test func inlineModeOffersAndSends() throws {
        try browser.evaluate("\(pane(0)).querySelector('textarea').focus()")
        try browser.type("@demo_bot cats")
        let query = try update("inline_query")
        #expect(query["query"] == "cats")
        try bot(
            "answerInlineQuery",
            "{inline_query_id: '\(query["id"]?.string ?? "")', results: ['One', 'Two'].map((title) => ({type: 'article', id: title, title, description: 'd', input_message_content: {message_text: 'chose ' + title}}))}"
        )
        try browser.wait("\(pane(0)).querySelectorAll('.commands li').length === 2")
        #expect(
            try browser.evaluate("document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).textContent")
                .string?.contains("One") == true)
        try browser.press("ArrowDown")
        try browser.press("Enter")
        try browser.wait("[...\(pane(0)).querySelectorAll('.mine .text')].at(-1).textContent === 'chose Two'")
        try browser.wait("\(pane(0)).querySelector('textarea').value === '' && \(pane(0)).querySelector('.commands').hidden")
        #expect(try update("chosen_inline_result")["result_id"] == "Two")
        #expect(try browser.evaluate("[...\(pane(0)).querySelectorAll('.origin')].at(-1).textContent") == "via @demo_bot")
        // A button can begin a query too.
        let ann = try id(of: "ann")
        try bot(
            "sendMessage",
            "{chat_id: \(ann), text: 'Search', reply_markup: {inline_keyboard: [[{text: 'Dogs', switch_inline_query_current_chat: 'dogs'}]]}}"
        )
        try browser.wait("\(pane(0)).querySelector('.keys button')")
        try browser.evaluate("\(pane(0)).querySelector('.keys button').click()")
        #expect(try update("inline_query")["query"] == "dogs")
        #expect(browser.complaints == [])
    }

    @Test func aForcedReplyOpensItsBar() throws {
        let ann = try id(of: "ann")
        let asked = try bot(
            "sendMessage", "{chat_id: \(ann), text: 'Your name?', reply_markup: {force_reply: true, input_field_placeholder: 'Name'}}")
        try browser.wait("\(pane(0)).querySelector('.banner .about')?.textContent.includes('Your name?')")
        #expect(try browser.evaluate("\(pane(0)).querySelector('textarea').placeholder") == "Name")
        try write("Ann", in: 0)
        _ = try update("message")
        #expect(try update("message")["reply_to_message"]?["message_id"] == asked["message_id"])
        try browser.wait("\(pane(0)).querySelector('.banner').hidden")
        #expect(browser.complaints == [])
    }

    @Test func messagesAreForwardedAndDeleted() throws {
        try browser.evaluate(
            "fetch('/control/v1/groups', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({title: 'Friends', creator: 'ann', people: ['bob'], bots: ['demo']})})"
        )
        try browser.open(simulator.url + "/?bot=demo&person=ann&person=bob")
        try onNewest(in: 0, "Forward")
        try browser.wait("[...document.querySelectorAll('.choice')].some((entry) => entry.textContent.includes('Friends'))")
        try browser.evaluate("[...document.querySelectorAll('.choice')].find((entry) => entry.textContent.includes('Friends')).click()")
        try browser.wait("document.querySelector('.toasts').textContent === 'Forwarded.'")
        #expect(try update("message?.forward_origin")["sender_user"]?["username"] == "ann")
        try onNewest(in: 0, "Delete")
        try browser.wait("\(pane(0)).querySelectorAll('.mine').length === 0")
        #expect(browser.complaints == [])
    }

    @Test func peopleComeIntoGroupsAndLeaveThem() throws {
        let group =
            try browser.evaluate(
                "fetch('/control/v1/groups', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({title: 'Friends', creator: 'ann', bots: ['demo']})}).then((a) => a.json())"
            )["id"]?.int ?? 0
        try browser.evaluate(
            "fetch('/control/v1/groups/\(group)/join', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({bot: 'demo', by: 'ann', status: 'administrator'})})"
        )
        let link = try bot("createChatInviteLink", "{chat_id: \(group)}")["invite_link"]?.string ?? ""
        try write("/start", in: 1)
        try browser.wait("\(pane(1)).querySelectorAll('.mine').length === 1")
        try bot("sendMessage", "{chat_id: \(id(of: "bob")), text: 'Come in: \(link)'}")
        try browser.wait("\(pane(1)).querySelector('.theirs .text .link')")
        // Whoever is not in a group finds a door in place of the field.
        try browser.open(simulator.url + "/?bot=demo&person=ann&chat=\(group)&person=bob")
        #expect(
            try browser.evaluate("\(pane(1)).querySelector('.composer').hidden && \(pane(1)).querySelector('.start').textContent")
                == "Join the group")
        try browser.evaluate("\(pane(1)).querySelector('.start').click()")
        try browser.wait("!\(pane(1)).querySelector('.composer').hidden && \(pane(1)).querySelector('.start').hidden")
        try write("hello", in: 1)
        try browser.wait("\(pane(1)).querySelectorAll('.mine').length === 1")
        try browser.evaluate("\(pane(1)).querySelector('[data-part=menu]').click()")
        try choose("Leave the group")
        try browser.wait("\(pane(1)).querySelector('.composer').hidden")
        // An invite link leads in.
        try browser.open(simulator.url + "/?bot=demo&person=bob")
        try browser.evaluate("\(pane(0)).querySelector('.theirs .text .link').click()")
        try browser.wait("document.title === 'Friends'")
        #expect(browser.complaints == [])
    }

    @Test func messagesAreWalkedByKeyboard() throws {
        let ann = try id(of: "ann")
        for text in ["one", "two"] { try bot("sendMessage", "{chat_id: \(ann), text: '\(text)'}") }
        try browser.wait("\(pane(0)).querySelectorAll('.theirs').length === 2")
        try browser.evaluate("\(pane(0)).querySelector('.log li[tabindex=\"0\"]').focus()")
        for _ in 0..<3 { try browser.press("ArrowDown") }
        #expect(try browser.evaluate("document.activeElement.querySelector('.text').textContent") == "two")
        try browser.press("ArrowUp")
        try browser.press("Enter")
        #expect(try browser.evaluate("document.activeElement.getAttribute('role')") == "menuitem")
        try browser.press("Escape")
        #expect(try browser.evaluate("document.activeElement.querySelector('.text').textContent") == "one")
        // Whoever stands on a message that changes stays on it.
        let message = try browser.evaluate("Number(document.activeElement.dataset.id)").int ?? 0
        try bot("editMessageText", "{chat_id: \(ann), message_id: \(message), text: 'changed'}")
        try browser.wait("document.activeElement.querySelector('.text')?.textContent === 'changed'")
        #expect(try browser.evaluate("\(pane(0)).querySelectorAll('.log > [tabindex=\"0\"]').length") == 1)
        #expect(browser.complaints == [])
    }
}
