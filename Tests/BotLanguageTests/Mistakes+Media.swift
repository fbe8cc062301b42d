extension Mistake {
    /// Mistakes in albums, places, contacts, polls, dice.
    static let media: [Mistake] = [
        screen(
            "a sticker has no text", "{sticker: a.webp, text: hi}",
            "3:27: nothing is written beside 'sticker'; show the text in a message of its own"),
        screen(
            "a poll has no text", "{poll: {question: a, options: [b]}, text: hi}",
            "3:45: nothing is written beside 'poll'; show the text in a message of its own"),
        screen(
            "an album has texts at its items", "{album: [{photo: a.jpg}, {photo: b.jpg}], text: hi}",
            "3:51: the texts of an album stand at its items; write 'text' beside the file that it belongs to"),
        screen("nothing is marked up in dice", "{dice: 🎲, parse: html}", "3:19: 'parse' goes with a text, and 'dice' has none"),
        screen("one medium", "{dice: 🎲, photo: a.jpg}", "3:19: a message shows one medium: 'dice' or 'photo'"),
        screen("two mediums", "{contact: {phone: '1', first_name: a}, dice: 🎲}", "3:48: a message shows one medium: 'contact' or 'dice'"),
        // Albums
        screen("an album of one", "{album: [{photo: a.jpg}]}", "3:17: an album has 2 to 10 items; show the one as it is, without 'album'"),
        screen("an album of nothing", "{album: []}", "3:17: an album has 2 to 10 items"),
        screen(
            "an album of eleven", "{album: [\(Array(repeating: "{photo: a.jpg}", count: 11).joined(separator: ", "))]}",
            "3:17: an album has 2 to 10 items, this one 11"),
        screen(
            "documents don't mix", "{album: [{photo: a.jpg}, {document: b.txt}]}",
            "3:45: 'document' can't stand in an album with 'photo': photos and videos mix, audio and documents don't"),
        screen(
            "an item is one file", "{album: [{photo: a.jpg, video: b.mp4}, {photo: c.jpg}]}",
            "3:33: an item is one file: 'photo' or 'video'"),
        screen(
            "an item without a file", "{album: [{text: a}, {photo: c.jpg}]}",
            "3:18: the item has no file; add one of 'photo', 'video', 'audio' and 'document'"),
        screen(
            "voices are no part of albums", "{album: [{voice: a.ogg}, {photo: c.jpg}]}",
            "3:19: an item of an album has no key 'voice'; an item of an album knows 'each', 'photo', 'video', 'audio', 'document' and 'text'"
        ),
        screen(
            "a long caption", "{album: [{photo: a.jpg, text: \(String(repeating: "x", count: 1025))}, {photo: c.jpg}]}",
            "3:39: a caption has 1025 characters; 1024 are allowed"),
        screen(
            "a caption with an open tag", "{parse: html, album: [{photo: a.jpg, text: <b>a}, {photo: c.jpg}]}",
            "3:52: '<b>' is never closed; add '</b>'"),
        screen(
            "no buttons under an album", "{album: [{photo: a.jpg}, {photo: b.jpg}], buttons: [{label: a, go: home}]}",
            "3:51: buttons can't stand under an album; show them in a message of their own"),
        // Places
        screen("a location without a longitude", "{location: {latitude: '1'}}", "3:20: 'longitude' is missing"),
        screen("too far north", "{location: {latitude: '91', longitude: '0'}}", "3:31: a latitude is between -90 and 90 degrees"),
        screen(
            "degrees are numbers", "{location: {latitude: \"'1'\", longitude: '0'}}",
            "3:31: this is string, but a latitude in degrees is wanted"),
        screen(
            "a location is one", "{location: user.name}",
            "3:20: this is string, but a location is wanted; write '{latitude: …, longitude: …}'"),
        Mistake(
            "a location that may be missing",
            """
            bot: b
            data: {spots: {at: 'location?'}}
            screens:
              home: {text: hi}
              spot: {args: {s: spots}, location: s.at}
            """, expected: "5:38: there may be no location; add '{require: … != null, else: …}' before"),
        screen(
            "a venue without a place", "{venue: {title: a, address: b}}",
            "3:17: it isn't said where the venue is; add 'at', or 'latitude' and 'longitude'"),
        screen(
            "a venue in two places", "{venue: {at: user.name, latitude: '1', title: a, address: b}}",
            """
            3:22: this is string, but a location is wanted; write '{latitude: …, longitude: …}'
            3:33: 'at' says where it is already
            """),
        screen("a venue without an address", "{venue: {latitude: '1', longitude: '1', title: a}}", "3:17: 'address' is missing"),
        screen("a contact without a name", "{contact: {phone: '1'}}", "3:19: 'first_name' is missing"),
        // Polls
        screen("a poll without options", "{poll: {question: a, options: []}}", "3:39: a poll has 1 to 12 options"),
        screen(
            "a poll of thirteen", "{poll: {question: a, options: [a, b, c, d, e, f, g, h, i, j, k, l, m]}}",
            "3:39: a poll has 1 to 12 options, this one 13"),
        screen(
            "a long question", "{poll: {question: \(String(repeating: "x", count: 301)), options: [a]}}",
            "3:27: a question has 301 characters; 300 are allowed"),
        screen(
            "a long option", "{poll: {question: a, options: [\(String(repeating: "x", count: 101))]}}",
            "3:40: an option has 101 characters; 100 are allowed"),
        screen("an empty option", "{poll: {question: a, options: ['']}}", "3:40: an option is empty"),
        screen(
            "options of something else", "{poll: {question: a, options: [{each: x in 5, text: '1'}]}}",
            "3:52: 'each' goes through a list, this is int"),
        screen(
            "several right ones", "{quiz: {question: a, options: [b], correct: '0', several: true}}",
            "3:58: a quiz has no key 'several'; a quiz knows 'question', 'options', 'correct', 'explanation' and 'anonymous'"),
        screen("a quiz without an answer", "{quiz: {question: a, options: [b]}}", "3:16: 'correct' is missing"),
        screen(
            "an answer beyond the options", "{quiz: {question: a, options: [b, c], correct: '2'}}",
            "3:56: 'correct' is the place of the right option, from 0 to 1"),
        screen(
            "an answer that is a text", "{quiz: {question: a, options: [b, c], correct: \"'c'\"}}",
            "3:57: this is string, but int is wanted"),
        screen(
            "a long explanation", "{quiz: {question: a, options: [b], correct: '0', explanation: \(String(repeating: "x", count: 201))}}",
            "3:71: an explanation has 201 characters; 200 are allowed"),
        screen(
            "an explanation of four lines", "{quiz: {question: a, options: [b], correct: '0', explanation: \"a\\nb\\nc\\nd\"}}",
            "3:71: an explanation has 3 lines at most"),
        screen("dice are six", "{dice: 🎸}", "3:16: 'dice' is one of '🎲', '🎯', '🏀', '⚽', '🎳' and '🎰'"),
        screen("dice have no number", "{dice: {emoji: 🎲}}", "3:16: 'dice' is one of '🎲', '🎯', '🏀', '⚽', '🎳' and '🎰'"),
        // Keyboards
        screen(
            "web apps are safe", "{text: a, buttons: [{label: a, web_app: 'http://a.b'}]}",
            "3:49: the address of a web app begins with 'https://'"),
        screen(
            "one thing", "{text: a, buttons: [{label: a, web_app: 'https://a.b', go: home}]}",
            "3:40: a button does one thing: 'go' or 'web_app'"),
        screen(
            "live needs what can change", "{args: {u: users}, live: u, voice: a.ogg}",
            """
            3:35: 'voice' can't be changed once it is sent, so the screen can't be live
            """, name: "other"),
        screen(
            "live polls", "{args: {u: users}, live: u, poll: {question: a, options: [b]}}",
            """
            3:35: 'poll' can't be changed once it is sent, so the screen can't be live
            """, name: "other"),
    ]

    /// Mistakes about chats and answers to polls.
    static let chats: [Mistake] = [
        screen("who may press", "{text: a, press: all}", "3:26: 'press' is one of 'owner' and 'everyone'"),
        screen(
            "labels of a reply keyboard", "{text: a, press: everyone, keyboard: reply, buttons: [{label: a}]}",
            "3:19: 'press: everyone' is about buttons under a message, and this screen has another keyboard"),
        Mistake(
            "what follows a row in common is nobody's",
            """
            bot: b
            screens:
              other:
                args: {u: users}
                press: everyone
                live: u
                let: {n: user.name}
                text: "${n}"
              home: {text: a}
            """,
            expected: """
                6:11: a screen with 'press: everyone' is drawn for the whole chat when its row changes, and this one depends on 'user'; see line 7
                """),
        Mistake(
            "one person's screen for a chat",
            """
            bot: b
            screens:
              home: {text: a}
            handlers:
              - {command: a, do: [{show: home, to: chat}]}
            """,
            expected:
                "5:40: the buttons of 'home' belong to one person, so it can't be shown to a chat; add 'press: everyone' to the screen"),
        Mistake(
            "a chat is nobody",
            """
            bot: b
            screens:
              home: {text: a}
              all:
                press: everyone
                text: All
                buttons:
                  - {label: "${user.name}", go: home}
            handlers:
              - {command: a, do: [{show: all, to: "[chat]"}]}
            """, expected: "10:39: 'all' depends on 'user', and a chat is nobody; see line 8"),
        Mistake(
            "signals go to people",
            """
            bot: b
            handlers:
              - {command: a, do: [{signal: s, to: chat}]}
            signals: {s: {do: [{stop: true}]}}
            """, expected: "3:39: this is Chat, but 'to' wants a person or a list of them"),
        Mistake(
            "a chat isn't its id",
            """
            bot: b
            handlers:
              - {command: a, do: [{show: {text: a}, to: chat.id}]}
            """, expected: "3:45: this is string, but 'to' wants a person, a chat or a list of them"),
        Mistake(
            "nobody can answer with a chat",
            """
            bot: b
            screens: {home: {text: a}}
            forms: {f: {fields: {c: {ask: a, type: chat}}, done: [{stop: true}]}}
            """, expected: "3:40: a record can't be asked for; ask for its parts"),
        Mistake(
            "chat is a word",
            """
            bot: b
            screens: {home: {args: {chat: int?}, text: a}}
            """, expected: "2:25: 'chat' already means something in expressions; choose another name"),
        poll(
            "an anonymous poll", "a",
            "5:12: nobody knows who answers the poll of 'a', which is anonymous; add 'anonymous: false' to the poll"),
        poll("no such screen", "lunhc", "5:12: there is no screen 'lunhc'; did you mean 'lunch'?"),
        poll("no poll", "home", "5:12: 'home' shows no poll; those that do are 'a' and 'lunch'"),
        poll(
            "twice", "lunch, do: [{stop: true}]}\n  - {poll: lunch",
            "6:12: 'poll: lunch' is answered by a handler above already; give that one a 'when', or remove one of them"),
        poll("no quiz", "lunch, when: answer.correct", "5:32: PollAnswer has no field 'correct'; it has options, texts"),
        poll("a message isn't there", "lunch, when: message.text == null", "5:25: there is nothing named 'message' here"),
    ]

    private static func screen(_ name: String, _ body: String, _ expected: String, name screen: String = "home") -> Mistake {
        let rest = screen == "home" ? "" : "  home: {text: a}\n"
        return Mistake(name, "bot: b\nscreens:\n  \(screen): \(body)\n\(rest)", expected: expected)
    }

    private static func poll(_ name: String, _ handler: String, _ expected: String) -> Mistake {
        let polls = "lunch: {poll: {question: a, options: [b], anonymous: false}}, a: {poll: {question: a, options: [b]}}"
        return Mistake(
            "poll: " + name,
            "bot: b\nscreens: {home: {text: a}, \(polls)}\n# answers\nhandlers:\n  - {poll: \(handler), do: [{stop: true}]}\n",
            expected: expected)
    }
}
