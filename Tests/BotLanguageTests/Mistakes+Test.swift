extension Mistake {
    private static let bot = """
        bot: b
        enums: {Status: [open, closed]}
        data:
          users: {admin: {type: bool, default: "false"}}
          items: {owner: {type: users, default: user}, name: {type: string, max: 5}, price: money?, status: {type: Status, default: Status.open}, tags: list<string>?}
        screens: {home: {text: Hello}}
        tests:

        """

    private static func test(_ name: String, _ lines: String, expected: String) -> Mistake {
        Mistake(name, bot + lines.split(separator: "\n").map { "  \($0)\n" }.joined(), expected: expected)
    }

    /// Mistakes in conversations that are tests.
    static let tests: [Mistake] = [
        test("no steps", "t: {pick: 1}", expected: "8:6: 'steps' is missing"),
        test("an unknown key of a test", "t: {step: [{ann: /start}]}", expected: "8:7: a test has no key 'step'; did you mean 'steps'?"),
        test(
            "no list of steps", "t: {steps: {ann: /start}}",
            expected: "8:14: 'steps' is a list of what happens; write '- {ann: /start, bot: Hello}'"),
        test(
            "a step that is a text", "t: {steps: [/start]}", expected: "8:15: a step is written as '{ann: text, bot: answer}', found a text"
        ),
        test(
            "two people in a step", "t: {steps: [{ann: /start, bob: /start}]}",
            expected: "8:29: a step is what one person does: 'ann' or 'bob'; did you mean 'bot'?"),
        test(
            "a misspelt expectation", "t: {steps: [{ann: /start, expct: \"true\"}]}",
            expected: "8:29: a step is what one person does: 'ann' or 'expct'; did you mean 'expect'?"),
        test(
            "an expectation nobody knows", "t: {steps: [{ann: /start, bott@ann: Hello}]}",
            expected: "8:29: nothing of a step is called 'bott'; did you mean 'bot'?"),
        test(
            "about somebody else", "t: {steps: [{ann: /start, bot@anna: Hello}]}",
            expected: "8:29: nobody in the test is called 'anna'; did you mean 'ann'?"),
        test(
            "about nobody", "t: {steps: [{ann: /start}, {bob: /start}, {after: 1d, bot: Hello}]}",
            expected: "8:57: who sees this?; write 'bot@ann'"),
        test(
            "somebody else's toast", "t: {steps: [{ann: /start}, {bob: /start, toast@ann: Hello}]}",
            expected: "8:44: a toast is seen by who tapped a button; leave out '@ann'"),
        test(
            "two actions", "t: {steps: [{ann: {tap: A, photo: a.jpg}}]}",
            expected: "8:21: a person does one thing in a step: 'tap' or 'photo'; write two steps"),
        test(
            "an unknown action", "t: {steps: [{ann: {tip: A}}]}",
            expected: "8:22: an action of a test has no key 'tip'; did you mean 'tap'?"),
        test("a caption of nothing", "t: {steps: [{ann: {tap: A, text: B}}]}", expected: "8:30: 'text' is the caption of a file"),
        test("of what", "t: {steps: [{ann: {photo: a.jpg, of: B}}]}", expected: "8:36: 'of' goes with 'tap' and 'vote'"),
        test(
            "a span that is none", "t: {steps: [{after: tomorrow}]}",
            expected: "8:23: this is no span of time; write '1d', '1h30m' or '45s'"),
        test(
            "a moment that is none", "t: {now: noon, steps: [{ann: hi}]}", expected: "8:12: this is no moment; write '2026-01-05T10:00:00Z'"
        ),
        test(
            "time and somebody", "t: {steps: [{after: 1d, ann: hi}]}",
            expected: "8:27: a step is one thing that happens: 'ann' or time goes by; write two steps"),
        test(
            "a group without one", "t: {steps: [{ann: hi, in: group}]}",
            expected: "8:29: the test has no group; add 'group: true' to the test"),
        test(
            "joining nothing", "t: {steps: [{ann: {join: true}}]}", expected: "8:28: the test has no group; add 'group: true' to the test"),
        test(
            "a person called as a collection", "t: {steps: [{items: hi}]}",
            expected: "8:16: 'items' is a collection of 'data'; choose another name"),
        test(
            "a person called bot", "t: {people: {bot: {}}, steps: [{ann: hi}]}",
            expected: "8:16: nobody in a test can be called 'bot', which is a word of tests"),
        test(
            "a field that people haven't got", "t: {people: {ann: {admim: true}}, steps: [{ann: hi}]}",
            expected: "8:22: a person of a test has no 'admim'; did you mean 'admin'?"),
        test(
            "a person's field of another type", "t: {people: {ann: {admin: perhaps}}, steps: [{ann: hi}]}",
            expected: "8:29: this is no bool"),
        test(
            "an expectation of another type", "t: {steps: [{ann: hi, expect: \"items.count(i, true)\"}]}",
            expected: "8:34: this is int, but bool is wanted"),
        test(
            "commas without quotes", "t: {steps: [{ann: hi, expect: items.exists(i, true)}]}",
            expected:
                "8:39: there is no method 'exists'\n8:46: there is nothing named 'i' here\n8:49: a step is what one person does: 'ann' or 'true)'; what has a comma in it stands in quotes"
        ),
        test(
            "an unknown name in an expectation", "t: {steps: [{ann: hi, expect: bob.admin}]}",
            expected: "8:33: there is nothing named 'bob' here"),
        test(
            "a collection that isn't there", "t: {data: {item: [{}]}, steps: [{ann: hi}]}",
            expected: "8:14: there is no collection 'item'; did you mean 'items'?"),
        test("people as data", "t: {data: {users: [{}]}, steps: [{ann: hi}]}", expected: "8:14: people stand under 'people'"),
        test(
            "a row without what it needs", "t: {data: {items: [{price: 1}]}, steps: [{ann: hi}]}",
            expected: "8:22: a row of 'items' needs 'owner' and 'name'; nobody makes this row, so 'owner' can't be who does"),
        test(
            "a row's field that isn't there", "t: {data: {items: [{owner: ann, name: a, cost: 1}]}, steps: [{ann: hi}]}",
            expected: "8:44: 'items' has no field 'cost'"),
        test(
            "a value of another type", "t: {data: {items: [{owner: ann, name: a, price: cheap}]}, steps: [{ann: hi}]}",
            expected: "8:51: this is no money?"),
        test(
            "a value beyond its bounds", "t: {data: {items: [{owner: ann, name: bananas}]}, steps: [{ann: hi}]}",
            expected: "8:41: the value is beyond its 'max'"),
        test(
            "a member that isn't there", "t: {data: {items: [{owner: ann, name: a, status: opn}]}, steps: [{ann: hi}]}",
            expected: "8:52: 'Status' has no member 'opn'; did you mean 'open'?"),
        test(
            "an owner who isn't there", "t: {data: {items: [{owner: bob, name: a}]}, steps: [{ann: hi}]}",
            expected: "8:30: there is nobody called 'bob'; name them under 'people'"),
        test(
            "one label for two", "t: {data: {items: [{as: a, owner: ann, name: a}, {as: a, owner: ann, name: b}]}, steps: [{ann: hi}]}",
            expected: "8:57: 'a' stands for something else already"),
        test(
            "an expression of another type", "t: {data: {items: [{owner: ann, name: \"${1}\"}]}, steps: [{ann: hi}]}",
            expected: "8:44: this is int, but string is wanted"),
        test(
            "a pattern that is none", "t: {steps: [{ann: hi, bot: {matches: '('}}]}",
            expected: "8:40: this is no regular expression: the pattern has a '(' that isn't closed"),
        test(
            "a pattern without anything", "t: {steps: [{ann: hi, bot: {}}]}",
            expected: "8:30: say what of the text: 'contains', 'lacks' or 'matches'"),
        test("an empty list", "t: {steps: [{ann: hi, bot: []}]}", expected: "8:30: the list is empty; write 'no_answer: true'"),
        test(
            "a kind that isn't sent", "t: {steps: [{ann: hi, sends: picture}]}",
            expected:
                "8:32: what is sent is one of 'photo', 'audio', 'document', 'video', 'animation', 'voice', 'sticker', 'video_note', 'text', 'album', 'location', 'venue', 'contact', 'poll' and 'dice'"
        ),
        test(
            "a pick that is none", "t: {pick: first, steps: [{ann: hi}]}", expected: "8:13: 'pick' is a whole number from 0 to 2147483647"),
        test(
            "half the earth away", "t: {steps: [{ann: {location: {latitude: 95, longitude: 1}}}]}",
            expected: "8:43: 'latitude' is a number from -90 to 90"),
        test("a contact without a number", "t: {steps: [{ann: {contact: {first_name: B}}}]}", expected: "8:31: 'phone' is missing"),
    ]
}

extension Mistake {
    private static func step(_ name: String, _ step: String, expected: String) -> Mistake {
        Mistake(name, "bot: b\nscreens: {home: {text: Hello}}\ntests:\n  t: {steps: [{ann: hi}, \(step)]}\n", expected: expected)
    }

    /// Mistakes in what workers say, and in settings.
    static let testReplies: [Mistake] = [
        step("an operation that isn't there", "{reply: probe.eco, result: {}}", expected: "4:34: there is no operation 'probe.eco'; did you mean 'probe.echo'?"),
        step("nothing comes back", "{reply: probe.echo}", expected: "4:26: say what comes back: 'result', 'progress' or 'failure'"),
        step("nobody is asked", "{result: {text: a}}", expected: "4:27: 'result' goes with 'reply'"),
        step("a result without what it has", "{reply: probe.echo, result: {count: 1}}", expected: "4:54: 'text' is missing"),
        step("a value of another type", "{reply: probe.echo, result: {text: a, count: b}}", expected: "4:71: this is no int"),
        step("a failure that isn't there", "{reply: probe.slow, failure: {code: timout}}", expected: ""),
        step("progress of what has none", "{reply: probe.echo, progress: {text: a}}", expected: "4:46: 'probe.echo' tells nothing before its end"),
        Mistake(
            "a setting that isn't there", "bot: b\nconfig: {fee: int}\nscreens: {home: {text: Hello}}\ntests:\n  t: {config: {fees: 1}, steps: [{ann: hi}]}\n",
            expected: "5:16: there is no setting 'fees' under 'config'; did you mean 'fee'?"),
    ]
}
