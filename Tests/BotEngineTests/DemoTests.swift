import BotEngine
import BotLanguage
import Testing

/// The demo bot, the way a newcomer meets it.
@Suite struct DemoTests {
    private func demo() throws -> Conversation { try Conversation(try Definition(yaml: try Bots.text("demo"))) }

    private let menu = "[➕ Add|📋 The list] [🧺 By shelf|💶 Purse] [⌨️ Quick keys]"

    @Test func formInsertsAndListShows() throws {
        let chat = try demo()
        #expect(
            try chat.say("/start") == [
                "👋 Hello, <b>Ann</b>! I keep your shopping list.\n\nTap ➕ to put the first thing on it, or just write its name to me. \(menu)"
            ])
        #expect(try chat.tap("➕ Add") == ["toast", "edit: What shall I put on the list? [✖️ Cancel]"])
        #expect(try chat.say("Milk") == ["On which shelf is it? [🍎 Fruit|🥖 Bread] [🧀 Dairy|📦 Other] [✖️ Cancel]"])
        #expect(try chat.tap("🧀 Dairy") == ["toast", "edit: How many? [1|2|3|6] [✖️ Cancel]"])
        #expect(try chat.say("a lot") == ["A number from 1 to 99 please."])
        #expect(try chat.say("100") == ["A number from 1 to 99 please."])
        #expect(try chat.say("2") == ["What does one cost? (12.50) [I don't know|✖️ Cancel]"])
        #expect(
            try chat.say("1,19") == [
                "✔️ Milk is on the list.", "🛒 <b>1</b> thing to buy, 0 in the basket.\nHave a good first trip! \(menu)",
            ])
        #expect(
            try chat.tap("📋 The list") == [
                "toast", "edit: Tap a thing to open it. Still to buy: [Milk × 2] [➕ Add|⬅️ Back]",
            ])
        #expect(
            try chat.tap("Milk × 2") == [
                "toast", "edit: <b>Milk</b> × 2\nShelf: dairy\nPrice: 1.19 [✅ In the basket] [➖|➕] [🗑 Remove|⬅️ Back]",
            ])
        #expect(
            try chat.tap("➕") == [
                "toast", "edit: <b>Milk</b> × 3\nShelf: dairy\nPrice: 1.19 [✅ In the basket] [➖|➕] [🗑 Remove|⬅️ Back]",
            ])
        #expect(
            try chat.tap("✅ In the basket") == [
                "toast: Milk: got it!",
                "edit: Tap a thing to open it. Still to buy:\n\nNothing. Your basket is full, or your list is empty. [➕ Add|⬅️ Back]",
            ])
        let done =
            "🎉 All done: everything on your list is in the basket. [➕ Add|📋 The list] [🧺 By shelf|💶 Purse] [🏁 Finish the trip] [⌨️ Quick keys]"
        #expect(try chat.tap("⬅️ Back") == ["toast", "edit: \(done)"])
        #expect(try chat.tap("🏁 Finish the trip") == ["toast", "edit: Empty the basket and count the trip? [Yes, home at last] [Not yet]"])
        let after = try chat.tap("Yes, home at last")
        #expect(after.first == "toast: That was trip no. 1")
        #expect(chat.store.records("items").isEmpty)
        #expect(chat.outcomes.last?.userChanges == [ColumnValue("trips", .int(1))])
    }

    @Test func writingANameStartsTheForm() throws {
        let chat = try demo()
        #expect(try chat.say("Apples") == ["On which shelf is it? [🍎 Fruit|🥖 Bread] [🧀 Dairy|📦 Other] [✖️ Cancel]"])
        #expect(try chat.tap("✖️ Cancel").first == "toast: Cancelled.")
        #expect(chat.store.records("items").isEmpty)
    }

    @Test func theSameThingTwiceIsRefusedKindly() throws {
        let chat = try demo()
        for expected in ["✔️ Tea is on the list.", "That is on your list already."] {
            try chat.say("Tea")
            try chat.tap("📦 Other")
            try chat.tap("1")
            #expect(try chat.tap("I don't know")[1] == expected)
        }
        #expect(chat.store.records("items").count == 1)
    }

    @Test func commandWithArgumentsAddsUp() throws {
        let chat = try demo()
        #expect(try chat.say("/add milk 2") == ["✔️ milk × 2"])
        #expect(try chat.say("/add \"oat milk\" 3") == ["✔️ oat milk × 3"])
        #expect(try chat.say("/add milk") == ["✔️ milk × 3"])
        #expect(try chat.say("/add") == ["'what' is missing.\nWrite it like this: /add <what> [amount]"])
        #expect(
            try chat.say("/add milk two") == [
                "'amount' can't be 'two': a whole number is wanted.\nWrite it like this: /add <what> [amount]"
            ])
    }

    @Test func listTurnsPagesByKey() throws {
        let chat = try demo()
        for index in 1...12 { try chat.say("/add thing\(index < 10 ? "0" : "")\(index)") }
        func names(_ reply: [String]) -> String { reply.last?.split(separator: "buy: ").last.map(String.init) ?? "" }
        #expect(names(try chat.say("/list")) == "[thing01] [thing02] [thing03] [thing04] [thing05] [▶] [➕ Add|⬅️ Back]")
        #expect(names(try chat.tap("▶")) == "[thing06] [thing07] [thing08] [thing09] [thing10] [◀|▶] [➕ Add|⬅️ Back]")
        #expect(names(try chat.tap("▶")) == "[thing11] [thing12] [◀] [➕ Add|⬅️ Back]")
        #expect(names(try chat.tap("◀")) == "[thing06] [thing07] [thing08] [thing09] [thing10] [◀|▶] [➕ Add|⬅️ Back]")
        // Back from a row to the page where it stood.
        try chat.tap("thing07")
        #expect(names(try chat.tap("⬅️ Back")) == "[thing06] [thing07] [thing08] [thing09] [thing10] [◀|▶] [➕ Add|⬅️ Back]")
        #expect(names(try chat.tap("◀")) == "[thing01] [thing02] [thing03] [thing04] [thing05] [▶] [➕ Add|⬅️ Back]")
    }

    @Test func replyKeyboardWorksFromEverywhere() throws {
        let chat = try demo()
        try chat.say("/start")
        #expect(
            try chat.tap("⌨️ Quick keys") == [
                "toast", "These keys stay below the text field. They work from everywhere. {📋 List|➕ New} {🏠 Home|🙈 Hide the keys}",
            ])
        #expect(try chat.say("➕ New") == ["What shall I put on the list? [✖️ Cancel]"])
        // In the middle of a form a key leaves it.
        #expect(try chat.say("📋 List").first?.hasPrefix("Tap a thing") ?? false)
        #expect(try chat.say("🙈 Hide the keys") == ["The keys are gone. /menu brings the menu back. {}"])
        #expect(try chat.say("📋 List").first?.hasPrefix("On which shelf") ?? false)
    }

    @Test func purseAddsUpAndWarns() throws {
        let chat = try demo()
        try chat.say("Cheese")
        try chat.tap("🧀 Dairy")
        try chat.tap("3")
        try chat.say("4.50")
        try chat.tap("💶 Purse")
        #expect(try chat.tap("✏️ Budget") == ["toast", "edit: How much may a trip cost? Send an amount, or /none"])
        #expect(try chat.say("lots") == ["Please send an amount such as 12.50 from 0 to 100000."])
        #expect(try chat.say("10") == ["⚠️ Your list costs 13.50: 3.50 more than your budget. [✏️ Budget|⬅️ Back]"])
        try chat.tap("✏️ Budget")
        #expect(try chat.say("/none") == ["Your list costs 13.50. You have set no budget. [✏️ Budget|⬅️ Back]"])
    }
}
