import Testing

/// What comes from outside of a conversation: time, workers, the bot's owner, a group.
@Suite(.enabled(if: TestBench.url != nil, TestBench.isMissing), .timeLimit(.minutes(1)))
struct WorldTests {
    @Test func timersFireInTheirOrder() async throws {
        try await TestBench.passes(
            """
            bot: b
            data:
              users: {digest: time?, tz: {type: string, default: "'Europe/Berlin'"}}
              items: {owner: {type: users, default: user}, name: string, due: timestamp}
            screens: {home: {text: Hello}}
            timers:
              digest:
                each: u in users
                where: u.digest != null
                daily: {at: u.digest, tz: u.tz}
                as: u
                do: [{show: {text: Your digest}}]
              remind:
                each: i in items
                at: "[i.due - duration('24h'), i.due - duration('1h')]"
                as: i.owner
                do: [{show: {text: "${i.name} at ${time(i.due)}, it is ${time(now)}"}}]
            signals:
              wake: {do: [{show: {text: Wake up}}]}
            handlers:
              - {command: nap, do: [{at: "now + duration('20m')", signal: wake}, {show: {text: Sleep well}}]}
              - {command: stay, do: [{cancel: wake}, {show: {text: Good}}]}
              - {command: digest, do: [{update: user, set: {digest: "'09:00'"}}, {show: {text: At nine}}]}
              - {command: add, do: [{insert: items, set: {name: event.text, due: "timestamp('2026-01-07T10:00:00Z')"}}, {show: {text: Noted}}]}
            tests:
              naps:
                steps:
                  - {ann: /nap, bot: Sleep well}
                  - {after: 19m, no_answer: true}
                  - {after: 1m, bot: Wake up}
                  - {ann: /nap}
                  - {ann: /stay, bot: Good}
                  - {after: 1d, no_answer: true}
              digests:
                now: "2026-01-05T10:00:00Z"
                steps:
                  - {ann: /digest, bot: At nine}
                  - {at: "2026-01-06T07:59:59Z", no_answer: true}
                  - {at: "2026-01-06T08:00:00Z", bot: Your digest}
                  - {after: 2d, bot: [Your digest, Your digest]}
              known_before:
                people: {ann: {digest: "09:00", tz: UTC}}
                steps:
                  - {at: "2026-01-06T09:00:00Z", bot: Your digest}
              reminders:
                now: "2026-01-05T10:00:00Z"
                data: {items: [{owner: bob, name: tea, due: 2026-01-08 10:00}]}
                people: {bob: {}}
                steps:
                  - {ann: /add cake, bot: Noted}
                  - {at: "2026-01-06T10:00:00Z", bot@ann: "cake at 10:00, it is 10:00", no_answer@bob: true}
                  - after: 2d
                    bot@ann: "cake at 10:00, it is 09:00"
                    bot@bob: ["tea at 10:00, it is 10:00", "tea at 10:00, it is 09:00"]
            """.replacing("2026-01-08 10:00}", with: "\"2026-01-08 10:00\"}"))
    }

    @Test func workersAnswer() async throws {
        try await TestBench.passes(
            """
            bot: b
            data: {tasks: {title: string, state: {type: string, default: "'new'"}}}
            screens: {home: {text: Hello}}
            handlers:
              - command: check
                args: {title: string}
                do:
                  - {insert: tasks, set: {title: title}, as: t}
                  - {run: probe.slow, with: {steps: '3'}, reply: checked, keep: {task: t}, within: "duration('30s')"}
                  - {show: {text: "Checking ${t.title}…"}}
            replies:
              checked:
                run: probe.slow
                args: {task: tasks}
                progress: [{show: {text: "${progress.step} of ${progress.steps}"}}]
                done: [{update: task, set: {state: "'done'"}}, {show: {text: "${task.title} is done"}}]
                failed: [{show: {text: "${task.title}: ${failure.code}"}}]
            tests:
              is_done:
                steps:
                  - {ann: /check roof, bot: Checking roof…}
                  - {reply: probe.slow, progress: {step: 1, steps: 3}, bot: 1 of 3}
                  - {reply: probe.slow, result: {steps: 3}, bot: roof is done, expect: "tasks.exists(t, t.state == 'done')"}
              fails:
                steps:
                  - {ann: /check roof}
                  - {reply: probe.slow, failure: {code: unavailable}, bot: "roof: unavailable"}
              takes_too_long:
                steps:
                  - {ann: /check roof}
                  - {after: 31s, bot: "roof: timeout"}
            """)
    }

    @Test func ownersHaveSettings() async throws {
        try await TestBench.passes(
            """
            bot: b
            config: {greeting: {type: string, default: "'Hello'"}, fees: list<int>}
            handlers: [{command: start, do: [{show: {text: "${config.greeting} ${config.fees.sum()}"}}]}]
            tests:
              as_set: {config: {greeting: Hi, fees: [1, 2]}, steps: [{ann: /start, bot: Hi 3}]}
              as_it_is: {config: {fees: 5}, steps: [{ann: /start, bot: Hello 5}]}
            """)
    }

    @Test func peopleTalkInGroups() async throws {
        try await TestBench.passes(
            """
            bot: b
            screens: {home: {text: "For ${user.name}", buttons: [{label: Mine, do: [{toast: Yes}]}]}}
            handlers:
              - {command: start, do: [{go: home}]}
              - {command: tell, do: [{show: {text: Psst}, to: "users.filter(u, u != user)"}]}
            tests:
              in_a_group:
                group: Friends
                people: {cid: {}}
                steps:
                  - {ann: /start, bot: For ann}
                  - {bob: {tap: Mine}, toast: These buttons belong to somebody else.}
                  - {ann: {tap: Mine}, toast: "Yes", no_answer@bob: true}
                  - {ann: hello all, no_answer: true}
                  - {ann: /start@other_bot, no_answer: true}
                  - {ann: /tell, bot@cid: Psst, no_answer: true}
                  - {bob: /start, in: private, bot: For bob, no_answer@group: true}
            """)
    }

    @Test func whoHasBlockedTheBotHearsNothing() async throws {
        try await TestBench.passes(
            """
            bot: b
            data: {users: {on: {type: bool, default: "true"}}}
            handlers:
              - {command: start, do: [{show: {text: Hello}}]}
              - {command: tell, do: [{show: {text: News}, to: "users.filter(u, u != user)"}]}
              - {message: location, do: [{show: {text: "${message.location.latitude}"}}]}
              - {message: contact, do: [{show: {text: "${message.contact.first_name} ${message.contact.phone}"}}]}
            tests:
              blocks:
                steps:
                  - {ann: /start, bot: Hello}
                  - {bob: /tell, bot@ann: News}
                  - {ann: {block: true}}
                  - {bob: /tell, no_answer@ann: true}
                  - {ann: {unblock: true}}
                  - {bob: /tell, bot@ann: News}
              sends_things:
                steps:
                  - {ann: {location: {latitude: 52.5, longitude: 13.4}}, bot: "52.5"}
                  - {ann: {contact: "+49 30 1"}, bot: "ann +49 30 1"}
            """)
    }
}
