import CEL
import Contracts

// `steps` of a test: `{ann: {tap: Add}, bot: What?, expect: "…"}`.
extension Loader {
    /// A step whose expressions aren't read yet.
    struct StepDraft {
        var node: Node
        var action: TestStep.Action?
        var place: TestStep.Place?
        /// With whom they are about, by the name behind `@`.
        var expectations: [(word: String, who: String?, key: Node, value: Node)] = []
    }

    static let expectationWords = ["bot", "toast", "buttons", "no_answer", "sends", "edits", "expect"]
    static let replyWords = ["result", "progress", "failure"]
    static let stepWords = expectationWords + ["after", "at", "reply", "in"] + replyWords

    func stepDraft(_ node: Node, group: Bool, _ cast: inout Cast) -> StepDraft? {
        guard let entries = node.mapping else {
            report("a step is written as '{ann: text, bot: answer}', found \(node.kind)", at: node)
            return nil
        }
        var draft = StepDraft(node: node)
        var actor: (name: String, key: Node)?
        var isPrivate = !group
        for entry in entries {
            guard let key = entry.key.text else {
                report("a key must be a text", at: entry.key)
                continue
            }
            let parts = key.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch parts[0] {
            case let word where Self.expectationWords.contains(word):
                draft.expectations.append((word, parts.count > 1 ? parts[1] : nil, entry.key, entry.value))
            case "after", "at", "reply":
                if let other = draft.action.map({ _ in actor?.name ?? "after" }) {
                    report("a step is one thing that happens: '\(other)' or '\(key)'", at: entry.key, suggestion: "write two steps")
                }
                switch key {
                case "after": draft.action = span(entry.value).map { .after($0) }
                case "at": draft.action = moment(entry.value).map { .at($0) }
                default: draft.action = reply(entry.value, entries, at: node)
                }
            case let word where Self.replyWords.contains(word):
                if !entries.contains(where: { $0.key.text == "reply" }) { report("'\(word)' goes with 'reply'", at: entry.key) }
            case "in":
                guard let place = word(entry.value, "'in'", of: ["private", "group"]) else { continue }
                if place == "group", !group {
                    report("the test has no group", at: entry.value, suggestion: "add 'group: true' to the test")
                }
                isPrivate = place == "private"
            case let name where parts.count > 1:
                report(
                    "nothing of a step is called '\(name.prefix(40))'", at: entry.key,
                    suggestion: didYouMean(name, Self.expectationWords) ?? "before '@' stands \(list(Self.expectationWords))",
                    code: .unknownKey)
            case let name:
                if let actor {
                    let isTorn = entry.value.isEmpty && name.contains { !$0.isLetter && !$0.isNumber && $0 != "_" }
                    report(
                        "a step is what one person does: '\(actor.name)' or '\(name.prefix(40))'", at: entry.key,
                        suggestion: isTorn
                            ? "what has a comma in it stands in quotes" : didYouMean(name, Self.stepWords) ?? "write two steps",
                        code: .unknownKey)
                    continue
                }
                guard checkPersonName(name, at: entry.key) else { continue }
                actor = (name, entry.key)
                cast.mention(name)
                if draft.action != nil {
                    report("a step is one thing that happens: '\(name)' or time goes by", at: entry.key, suggestion: "write two steps")
                }
                if let action = testAction(entry.value, &cast, group: group) { draft.action = .person(name, action) }
            }
        }
        if case .person(let name, let action)? = draft.action {
            switch action {
            case .block, .unblock: draft.place = .person(name)
            case .join, .leave: draft.place = .group
            default: draft.place = isPrivate ? .person(name) : .group
            }
        }
        if entries.isEmpty { report("the step is empty", at: node) }
        return draft
    }

    // MARK: What people do

    private func testAction(_ node: Node, _ cast: inout Cast, group: Bool) -> TestAction? {
        if node.text != nil { return text(node, "what somebody says").map { .say($0) } }
        guard let fields = fields(of: node, .testAction) else { return nil }
        let names = fields.names.filter { $0 != "of" && $0 != "text" }
        guard let name = names.first, names.count == 1, let value = fields[name] else {
            if names.isEmpty, let text = fields["text"] { return self.text(text, "what somebody says").map { .say($0) } }
            if !fields.hasUnknown {
                report(
                    names.isEmpty ? "what does the person do?" : "a person does one thing in a step: '\(names[0])' or '\(names[1])'",
                    at: node,
                    suggestion: names.isEmpty ? "write a text, '{tap: label}' or '{photo: file.jpg}'" : "write two steps")
            }
            return nil
        }
        let isMedia = MediaKind(rawValue: name) != nil
        if let key = fields.key("of"), name != "tap", name != "vote" { report("'of' goes with 'tap' and 'vote'", at: key) }
        if let key = fields.key("text"), !isMedia { report("'text' is the caption of a file", at: key) }
        let of = fields["of"].flatMap { text($0, "the text of a message") }
        switch name {
        case "tap":
            return text(value, "a button").map { .tap(TestAction.Tap(button: $0, message: of, position: position(value))) }
        case "location": return location(value).map { .location($0) }
        case "venue": return venue(value)
        case "contact": return contact(value)
        case "dice": return dice(value)
        case "vote": return vote(value, of)
        case "block", "unblock":
            if !flag(value, "'\(name)'") { report("leave the step out instead", at: value) }
            return name == "block" ? .block : .unblock
        case "join", "leave":
            guard group else {
                report("the test has no group", at: value, suggestion: "add 'group: true' to the test")
                return nil
            }
            return members(value, &cast).map { name == "join" ? .join($0) : .leave($0) }
        default:
            guard let kind = MediaKind(rawValue: name), let file = text(value, "a file") else { return nil }
            return .send(kind, name: file, caption: fields["text"].flatMap { text($0, "a caption") })
        }
    }

    /// `true` for the person alone, `bot`, or others.
    private func members(_ node: Node, _ cast: inout Cast) -> [String]?? {
        if node.text == "true" { return .some([]) }
        if node.text == "bot" { return .some(nil) }
        var names: [String] = []
        for element in node.elements {
            guard let name = text(element, "a person"), checkPersonName(name, at: element) else { return nil }
            cast.mention(name)
            names.append(name)
        }
        return .some(names)
    }

    private func location(_ node: Node) -> Location? {
        guard let fields = fields(of: node, .testLocation) else { return nil }
        guard let latitude = number(fields, "latitude", 90), let longitude = number(fields, "longitude", 180) else { return nil }
        return Location(latitude: latitude, longitude: longitude)
    }

    private func venue(_ node: Node) -> TestAction? {
        guard let fields = fields(of: node, .testVenue) else { return nil }
        guard let latitude = number(fields, "latitude", 90), let longitude = number(fields, "longitude", 180),
            let title = fields["title"] ?? missing("title", in: fields), let name = text(title, "a title")
        else { return nil }
        return .venue(
            Venue(
                location: Location(latitude: latitude, longitude: longitude), title: name,
                address: fields["address"].flatMap { text($0, "an address") } ?? ""))
    }

    private func number(_ fields: Fields, _ key: String, _ limit: Double) -> Double? {
        guard let node = fields[key] ?? missing(key, in: fields) else { return nil }
        guard let value = node.text.flatMap(Double.init), abs(value) <= limit else {
            report("'\(key)' is a number from \(Int(-limit)) to \(Int(limit))", at: node)
            return nil
        }
        return value
    }

    private func contact(_ node: Node) -> TestAction? {
        if let phone = node.text { return .contact(Contact(phone: phone, firstName: "")) }
        guard let fields = fields(of: node, .testContact), let phone = fields["phone"] ?? missing("phone", in: fields),
            let number = text(phone, "a phone number")
        else { return nil }
        return .contact(
            Contact(
                phone: number, firstName: fields["first_name"].flatMap { text($0, "a name") } ?? "",
                lastName: fields["last_name"].flatMap { text($0, "a name") }))
    }

    private func dice(_ node: Node) -> TestAction? {
        if node.text != nil { return whole(node, in: 1...64, "what a die shows").map { .dice(Dice(emoji: "🎲", value: $0)) } }
        guard let fields = fields(of: node, .testDice), let value = fields["value"] ?? missing("value", in: fields) else { return nil }
        return whole(value, in: 1...64, "'value'").map {
            .dice(Dice(emoji: fields["emoji"].flatMap { text($0, "an emoji") } ?? "🎲", value: $0))
        }
    }

    private func vote(_ node: Node, _ message: String?) -> TestAction? {
        let options = node.elements.compactMap { whole($0, in: 0...99, "the number of an option, from 0") }
        return options.count == node.elements.count ? .vote(options, of: message) : nil
    }

    // MARK: What is to be seen

    /// - Parameter last: where the step before was done.
    func testStep(_ draft: StepDraft, _ cast: Cast, _ scope: Scope, group: Bool, after last: TestStep.Place?) -> TestStep? {
        var scope = scope
        if case .person? = draft.action { scope.add("user", .object(Table.usersName)) }
        let isTime: Bool
        switch draft.action {
        case .after, .at, .reply: isTime = true
        default: isTime = false
        }
        let only = group || cast.people.count != 1 ? nil : cast.people.first.map { TestStep.Place.person($0.name) }
        let place = draft.place ?? only ?? (isTime ? nil : last)
        var expectations: [Expectation] = []
        for (word, who, key, value) in draft.expectations {
            if word == "expect" {
                if who != nil { report("'expect' is about the data, and nobody's", at: key) }
                for node in value.elements {
                    guard let condition = expression(node, scope, expecting: .bool) else { continue }
                    expectations.append(Expectation(kind: .holds(condition), place: nil, position: position(node)))
                }
                continue
            }
            var target = place
            if let who {
                if word == "toast" { report("a toast is seen by who tapped a button", at: key, suggestion: "leave out '@\(who)'") }
                guard let found = self.place(who, cast, group: group, at: key) else { continue }
                target = found
            }
            guard let target else {
                report("who sees this?", at: key, suggestion: "write '\(word)@\(cast.people.first?.name ?? "ann")'")
                continue
            }
            if let kind = expectation(word, value) {
                expectations.append(Expectation(kind: kind, place: target, position: position(value)))
            }
        }
        return TestStep(action: draft.action, place: place, expectations: expectations, position: position(draft.node))
    }

    private func place(_ who: String, _ cast: Cast, group: Bool, at key: Node) -> TestStep.Place? {
        if who == "group" {
            if group { return .group }
            report("the test has no group", at: key, suggestion: "add 'group: true' to the test")
            return nil
        }
        guard cast.contains(who) else {
            report(
                "nobody in the test is called '\(who.prefix(40))'", at: key, suggestion: didYouMean(who, cast.people.map(\.name)),
                code: .unknownName)
            return nil
        }
        return .person(who)
    }

    private func expectation(_ word: String, _ node: Node) -> Expectation.Kind? {
        switch word {
        case "bot":
            guard let list = node.sequence else { return pattern(node, "what the bot says").map { .says($0) } }
            if list.isEmpty { report("the list is empty", at: node, suggestion: "write 'no_answer: true'") }
            let patterns = list.compactMap { pattern($0, "what the bot says") }
            return patterns.count == list.count ? .saysAll(patterns) : nil
        case "toast": return pattern(node, "a toast").map { .toast($0) }
        case "buttons": return buttons(node).map { .buttons($0) }
        case "no_answer":
            if !flag(node, "'no_answer'") { report("leave it out instead", at: node) }
            return .silence
        case "sends": return .sends(node.elements.compactMap { self.word($0, "what is sent", of: Self.sentKinds) })
        default: return .edits(flag(node, "'edits'"))
        }
    }

    private static let sentKinds = MediaKind.allCases.map(\.rawValue) + ["text", "album", "location", "venue", "contact", "poll", "dice"]

    private func pattern(_ node: Node, _ what: String) -> TextPattern? {
        if node.mapping == nil { return text(node, what).map { TextPattern(exact: Self.trimmed($0)) } }
        guard let fields = fields(of: node, .testPattern) else { return nil }
        var pattern = TextPattern()
        pattern.contains = fields["contains"].map { texts($0, "a part of the text").map(\.text) } ?? []
        pattern.lacks = fields["lacks"].map { texts($0, "a part of the text").map(\.text) } ?? []
        if let node = fields["matches"], let source = text(node, "a regular expression") {
            let environment = CELEnvironment(variables: ["text": .string])
            let expression = "text.matches(\(LiteralText.text(.string(source))))"
            let problem: String
            do {
                let program = try environment.compile(expression, expecting: .bool)
                _ = try program.evaluate(CELBindings(["text": .string("")]))
                pattern.matches = (source, program)
                return pattern
            } catch let error as CELError {
                problem = error.message
            } catch {
                problem = "\(error)"
            }
            report("this is no regular expression: \(problem)", at: node)
            return nil
        }
        if fields.names.isEmpty, !fields.hasUnknown { report("say what of the text: 'contains', 'lacks' or 'matches'", at: node) }
        return pattern
    }

    /// As platforms show it.
    private static func trimmed(_ text: String) -> String {
        var view = Substring(text)
        while let last = view.last, last.isWhitespace { view.removeLast() }
        return String(view)
    }

    private func buttons(_ node: Node) -> ButtonPattern? {
        if node.mapping != nil {
            guard let fields = fields(of: node, .testButtons) else { return nil }
            return .some(
                contains: fields["contains"].map { texts($0, "a label").map(\.text) } ?? [],
                lacks: fields["lacks"].map { texts($0, "a label").map(\.text) } ?? [])
        }
        if node.sequence?.contains(where: { $0.sequence != nil }) ?? false {
            return .rows(node.elements.map { row in texts(row, "a label").map(\.text) })
        }
        return .flat(texts(node, "a label").map(\.text))
    }
}
