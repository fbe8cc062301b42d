import BotLanguage
import Contracts

// What people do.
extension InProcessWorld {
    func act(_ action: TestAction, _ name: String, in place: TestStep.Place) async throws {
        guard let person = test.people.first(where: { $0.name == name })?.person else { return }
        switch action {
        case .say(let text): try await say(text, name, in: place)
        case .tap(let tap):
            begin(name, place, "taps \(tap.button)")
            switch chats[place].tap(tap.button, of: tap.message) {
            case .inline(let button, let message): try await press(button, message, name, tap, in: place)
            case .menu(let button):
                switch button.action {
                case .request(.contact):
                    try await send(
                        .contact(Contact(phone: "+4930123456", firstName: person.firstName, person: person.id)), "contact", name, place)
                case .request(.location): try await send(.location(Location(latitude: 52.52, longitude: 13.405)), "location", name, place)
                case .request(.poll):
                    throw Complaint(message: "'\(button.label)' lets a person make a poll, which tests can't", position: tap.position)
                default: try await send(.text(FormattedText(button.label)), "text", name, place, text: button.label)
                }
            case .none(let reason): throw Complaint(message: reason, position: tap.position)
            }
        case .send(let kind, let file, let caption):
            begin(name, place, "<\(kind.rawValue) \(file)>" + (caption.map { " \($0)" } ?? ""))
            let hasName = kind == .document || kind == .audio || kind == .video || kind == .animation
            try await send(
                .media(kind, File(id: file, name: hasName ? file : nil), caption: caption.map { FormattedText($0) }), kind.rawValue, name,
                place,
                text: caption ?? "")
        case .location(let location):
            begin(name, place, "<location \(location.latitude), \(location.longitude)>")
            try await send(.location(location), "location", name, place)
        case .venue(let venue):
            begin(name, place, "<venue \(venue.title)>")
            try await send(.venue(venue), "venue", name, place)
        case .contact(var contact):
            begin(name, place, "<contact \(contact.phone)>")
            if contact.firstName.isEmpty { (contact.firstName, contact.person) = (person.firstName, person.id) }
            try await send(.contact(contact), "contact", name, place)
        case .dice(let dice):
            begin(name, place, "<dice \(dice.emoji) \(dice.value)>")
            try await send(.dice(dice), "dice", name, place)
        case .vote(let options, let text): try await vote(options, text, name, in: place)
        case .join(let names): try await change(.joined, names, name, "joins")
        case .leave(let names): try await change(.left, names, name, "leaves")
        case .block, .unblock:
            let isBlocking = if case .block = action { true } else { false }
            begin(name, place, isBlocking ? "<blocks the bot>" : "<unblocks the bot>")
            if isBlocking { blocked.insert(name) } else { blocked.remove(name) }
            let change = MembershipChange(change: isBlocking ? .blocked : .unblocked, members: [person], isSelf: true)
            try await happen(.membership(change), name, in: place)
        }
    }

    func begin(_ name: String, _ place: TestStep.Place, _ text: String) {
        chats.beginStep(.init(.person(name, place: place, text)))
    }

    func say(_ text: String, _ name: String, in place: TestStep.Place) async throws {
        begin(name, place, text)
        try await send(.text(FormattedText(text)), "text", name, place, text: text)
    }

    func send(
        _ content: Message.Content, _ kind: String, _ name: String, _ place: TestStep.Place, text: String = ""
    ) async throws {
        // Who writes to a bot has unblocked it.
        if case .person = place { blocked.remove(name) }
        let id = nextMessage(in: place)
        chats.add(Chats.Message(id: id, author: name, kind: kind, text: text), in: place)
        let message = Message(id: id, content: content)
        if case .text(let text) = content, let command = BotCommand(typed: text.text) {
            try await happen(.command(command, message), name, in: place)
        } else {
            try await happen(.message(message), name, in: place)
        }
    }

    func press(
        _ button: Chats.Button, _ message: MessageID, _ name: String, _ tap: TestAction.Tap, in place: TestStep.Place
    ) async throws {
        guard case .data(let data) = button.action else {
            let what = if case .other(let what) = button.action { what } else { "says its label" }
            throw Complaint(message: "'\(button.label)' \(what): the bot doesn't hear of it", position: tap.position)
        }
        let query = "q\(events)"
        queries[query] = name
        try await happen(.button(ButtonPress(query: query, data: data, message: message)), name, in: place)
    }

    func vote(_ options: [Int], _ text: String?, _ name: String, in place: TestStep.Place) async throws {
        let polls = chats[place].messages.filter { $0.poll != nil && !$0.isDeleted && (text == nil || $0.text == text) }
        guard let message = polls.last, let poll = message.poll else {
            throw Complaint(message: "there is no poll" + (text.map { " '\($0)'" } ?? ""), position: position)
        }
        if let wrong = options.first(where: { !poll.options.indices.contains($0) }) {
            throw Complaint(message: "the poll has no option \(wrong); it has \(poll.options.count), counted from 0", position: position)
        }
        begin(
            name, place, options.isEmpty ? "<takes the vote back>" : "<votes \(options.map { poll.options[$0] }.joined(separator: ", "))>")
        try await happen(.pollAnswer(PollAnswer(poll: pollID(message.id, place), options: options)), name, in: nil)
    }

    func change(_ change: MembershipChange.Change, _ names: [String]?, _ name: String, _ verb: String) async throws {
        let members = (names ?? []).compactMap { other in test.people.first { $0.name == other }?.person }
        let own = test.people.first { $0.name == name }?.person
        let who = names.map { $0.isEmpty ? "" : ": " + $0.joined(separator: ", ") } ?? ": bot"
        begin(name, .group, "<\(verb)\(who)>")
        try await happen(
            .membership(
                MembershipChange(
                    change: change, members: members.isEmpty && names != nil ? own.map { [$0] } ?? [] : members, isSelf: names == nil)),
            name, in: .group)
    }
}
