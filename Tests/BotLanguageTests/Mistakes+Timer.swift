extension Mistake {
    /// Mistakes in timers and in the steps that set moments. They share what stands before.
    static let timers: [Mistake] = cases.map { name, yaml, expected in Mistake(name, before + yaml, expected: expected) }

    private static let before = #"""
        bot: b
        data:
          users: {tz: {type: string, max: 40, default: "'UTC'"}, boss: users?}
          items: {owner: {type: users, default: user}, due: timestamp, clock: time?, box: boxes?}
          boxes: {ends: timestamp?, box: boxes?}
        screens: {home: {text: hi}}

        """#

    private static let cases: [(String, String, expected: String)] = [
        (
            "timer without a kind",
            #"""
            timers:
              t: {each: i in items, do: [{stop: true}]}
            """#,
            expected: #"""
            8:6: a timer needs one of 'at', 'daily' and 'cron'
            """#
        ),
        (
            "timer with two kinds",
            #"""
            timers:
              t: {each: i in items, at: i.due, cron: '@daily', tz: "'UTC'", do: [{stop: true}]}
            """#,
            expected: #"""
            8:36: a timer has only one of 'at', 'daily' and 'cron'
            8:52: 'tz' goes with 'cron'; a timestamp is the same moment everywhere
            """#
        ),
        (
            "timer without steps",
            #"""
            timers:
              t: {each: i in items, at: i.due}
            """#,
            expected: #"""
            8:6: 'do' is missing
            """#
        ),
        (
            "timer with an unknown key",
            #"""
            timers:
              t: {each: i in items, when: true, at: i.due, do: [{stop: true}]}
            """#,
            expected: #"""
            8:25: a timer has no key 'when'; a timer knows 'each', 'where', 'at', 'daily', 'cron', 'tz', 'global', 'as' and 'do'
            """#
        ),
        (
            "timer that is a list",
            #"""
            timers:
              - {each: i in items, at: i.due, do: [{stop: true}]}
            """#,
            expected: #"""
            8:3: write 'name: …' for a timer, found a list
            """#
        ),
        (
            "timer of rows without each",
            #"""
            timers:
              t: {at: "timestamp('2026-01-01T00:00:00Z')", do: [{stop: true}]}
            """#,
            expected: #"""
            8:7: 'at' is about rows; add 'each: x in collection'
            """#
        ),
        (
            "timer that asks about a row it has not",
            #"""
            timers:
              t: {cron: '@daily', tz: "'UTC'", where: true, as: user, do: [{stop: true}]}
            """#,
            expected: #"""
            8:36: 'where' is about a row, and this timer has none; add 'each: x in collection'
            8:49: 'as' is about a row, and this timer has none; add 'each: x in collection'
            """#
        ),
        (
            "timer of no collection",
            #"""
            timers:
              t: {each: i in itms, at: i.due, do: [{stop: true}]}
            """#,
            expected: #"""
            8:13: there is no collection 'itms'; did you mean 'items'?
            """#
        ),
        (
            "timer whose row is called due",
            #"""
            timers:
              t: {each: due in items, at: due.due, do: [{stop: true}]}
            """#,
            expected: #"""
            8:13: 'due' is the moment for which a timer fires; choose another name
            """#
        ),
        (
            "timer at no moment",
            #"""
            timers:
              t: {each: i in items, at: "duration('1h')", do: [{stop: true}]}
            """#,
            expected: #"""
            8:29: this is duration, but 'at' wants a timestamp or a list of them; add it to a moment, as in 'i.due - duration('1h')'
            """#
        ),
        (
            "timer at a number",
            #"""
            timers:
              t: {each: i in items, at: i.id, do: [{stop: true}]}
            """#,
            expected: #"""
            8:29: this is int, but 'at' wants a timestamp or a list of them
            """#
        ),
        (
            "timer with now",
            #"""
            timers:
              t: {each: i in items, at: now + duration('1h'), do: [{stop: true}]}
            """#,
            expected: #"""
            8:29: 'at' of a timer is worked out when its row changes, so it has no 'now'; look at 'now' in the steps
            """#
        ),
        (
            "timer with now in a function",
            #"""
            fn: {soon(x): x > now}
            timers:
              t: {each: i in items, where: soon(i.due), at: i.due, do: [{stop: true}]}
            """#,
            expected: #"""
            9:32: 'where' of a timer is worked out when its row changes, so it has no 'now'; look at 'now' in the steps
            """#
        ),
        (
            "timer with user",
            #"""
            timers:
              t: {each: i in items, where: i.owner == user, at: i.due, do: [{stop: true}]}
            """#,
            expected: #"""
            8:43: whose row changes isn't who changes it, so 'where' of a timer has no 'user'; take the person from the row
            """#
        ),
        (
            "timer with chance",
            #"""
            timers:
              t: {each: i in items, at: "pick([i.due, i.created])", do: [{stop: true}]}
            """#,
            expected: #"""
            8:30: 'at' of a timer is worked out again when it fires, so chance can't be part of it; choose when the row is made
            """#
        ),
        (
            "timer that asks a collection",
            #"""
            timers:
              t: {each: i in items, where: "!boxes.exists(b, b.id == i.id)", at: i.due, do: [{stop: true}]}
            """#,
            expected: #"""
            8:32: 'where' of a timer is worked out when its row changes, so it can't ask 'boxes'; keep what it needs in a field of the row
            """#
        ),
        (
            "timer with an unguarded null",
            #"""
            timers:
              t: {each: i in items, at: i.box.ends, do: [{stop: true}]}
            """#,
            expected: #"""
            8:35: 'i.box' may be null, so its field 'ends' can't be read unguarded; guard it, as in 'i.box != null && …' or 'i.box == null ? … : …'
            """#
        ),
        (
            "timer of a wrong field",
            #"""
            timers:
              t: {each: i in items, at: i.duw, do: [{stop: true}]}
            """#,
            expected: #"""
            8:31: items has no field 'duw'; did you mean 'due'?
            """#
        ),
        (
            "daily without a zone",
            #"""
            timers:
              t: {each: i in items, daily: {at: i.clock}, do: [{stop: true}]}
            """#,
            expected: #"""
            8:32: 'tz' is missing
            """#
        ),
        (
            "daily as a text",
            #"""
            timers:
              t: {each: i in items, daily: "'09:30'", do: [{stop: true}]}
            """#,
            expected: #"""
            8:32: a time of day is written as a mapping ('key: value'), found a text
            """#
        ),
        (
            "daily at a bare time",
            #"""
            timers:
              t: {each: i in items, daily: {at: 09:30, tz: i.owner.tz}, do: [{stop: true}]}
            """#,
            expected: #"""
            8:37: a time of day is a text in an expression; write "'09:30'"
            """#
        ),
        (
            "daily at no time",
            #"""
            timers:
              t: {each: i in items, daily: {at: "'25:00'", tz: i.owner.tz}, do: [{stop: true}]}
            """#,
            expected: #"""
            8:37: '25:00' is no time of day such as '09:30'
            """#
        ),
        (
            "daily at a moment",
            #"""
            timers:
              t: {each: i in items, daily: {at: i.due, tz: i.owner.tz}, do: [{stop: true}]}
            """#,
            expected: #"""
            8:37: this is timestamp, but a time of day such as '09:30' is wanted
            """#
        ),
        (
            "daily with tz beside",
            #"""
            timers:
              t: {each: i in items, daily: {at: i.clock, tz: i.owner.tz}, tz: i.owner.tz, do: [{stop: true}]}
            """#,
            expected: #"""
            8:63: 'tz' goes with 'cron'; write 'daily: {at: …, tz: …}'
            """#
        ),
        (
            "daily in a bare zone",
            #"""
            timers:
              t: {each: i in items, daily: {at: i.clock, tz: Europe/Berlin}, do: [{stop: true}]}
            """#,
            expected: #"""
            8:50: a time zone is a text in an expression; write "'Europe/Berlin'"
            """#
        ),
        (
            "daily in no zone",
            #"""
            timers:
              t: {each: i in items, daily: {at: i.clock, tz: "'Europe/Berln'"}, do: [{stop: true}]}
            """#,
            expected: #"""
            8:50: there is no time zone 'Europe/Berln'; write one such as 'Europe/Berlin' or 'UTC'
            """#
        ),
        (
            "daily in a zone that may be null",
            #"""
            timers:
              t: {each: u in users, daily: {at: "'09:00'", tz: u.language}, do: [{stop: true}]}
            """#,
            expected: #"""
            8:52: this may be null, but string is wanted; guard it, as in 'u.language != null && …' or 'u.language == null ? … : …'
            """#
        ),
        (
            "cron with a wrong field",
            #"""
            timers:
              t: {cron: '*/5 25 * * *', tz: "'UTC'", do: [{stop: true}]}
            """#,
            expected: #"""
            8:18: hour: 25 is not from 0 to 23
            """#
        ),
        (
            "cron with seconds",
            #"""
            timers:
              t:
                cron: 0 */5 * * * *
                tz: "'UTC'"
                do: [{stop: true}]
            """#,
            expected: #"""
            9:23: a cron expression has 5 fields (minute, hour, day of the month, month, day of the week), not 6; there is no field for seconds
            """#
        ),
        (
            "cron that never comes",
            #"""
            timers:
              t: {cron: 0 0 31 2 *, tz: "'UTC'", do: [{stop: true}]}
            """#,
            expected: #"""
            8:17: day of the month: no month of these has a day 31; the longest has 29
            """#
        ),
        (
            "cron without a zone",
            #"""
            timers:
              t: {cron: '@daily', do: [{stop: true}]}
            """#,
            expected: #"""
            8:6: 'tz' is missing
            """#
        ),
        (
            "cron of an unknown name",
            #"""
            timers:
              t: {cron: '@dayly', tz: "'UTC'", do: [{stop: true}]}
            """#,
            expected: #"""
            8:14: `@dayly` is unknown; there are @annually, @daily, @hourly, @midnight, @monthly, @weekly, @yearly
            """#
        ),
        (
            "global of rows",
            #"""
            timers:
              t: {each: i in items, at: i.due, global: true, do: [{stop: true}]}
            """#,
            expected: #"""
            8:36: rows belong to one bot, so 'global' goes with a 'cron' without 'each'
            """#
        ),
        (
            "as nobody",
            #"""
            timers:
              t: {each: i in items, at: i.due, as: i.box, do: [{stop: true}]}
            """#,
            expected: #"""
            8:40: this is boxes?, but 'as' wants the person in whose conversation it runs
            """#
        ),
        (
            "show in nobody's timer",
            #"""
            timers:
              t: {each: i in items, at: i.due, do: [{show: home}]}
            """#,
            expected: #"""
            8:48: 'show' needs a conversation, and a timer without 'as' runs in none; say to whom: 'to: …'
            """#
        ),
        (
            "user in nobody's timer",
            #"""
            timers:
              t: {cron: '@daily', tz: "'UTC'", do: [{update: user, set: {tz: "'UTC'"}}]}
            """#,
            expected: #"""
            8:50: there is nothing named 'user' here; did you mean 'users'?
            """#
        ),
        (
            "at without a signal",
            #"""
            handlers: [{command: x, do: [{at: now}]}]
            """#,
            expected: #"""
            7:30: 'signal' is missing
            """#
        ),
        (
            "at of an unknown signal",
            #"""
            signals: {wake: {do: [{go: home}]}}
            handlers: [{command: x, do: [{at: now, signal: wak}]}]
            """#,
            expected: #"""
            8:48: there is no signal 'wak'; did you mean 'wake'?
            """#
        ),
        (
            "at after a while",
            #"""
            signals: {wake: {do: [{go: home}]}}
            handlers: [{command: x, do: [{at: "duration('1h')", signal: wake}]}]
            """#,
            expected: #"""
            8:35: this is duration, but 'at' wants a timestamp; add it to a moment, as in 'now + …'
            """#
        ),
        (
            "at with a number for a key",
            #"""
            signals: {wake: {do: [{go: home}]}}
            handlers: [{command: x, do: [{at: now, signal: wake, key: user.id}]}]
            """#,
            expected: #"""
            8:59: this is int, but string is wanted
            """#
        ),
        (
            "at without an argument",
            #"""
            signals: {wake: {args: {n: int}, do: [{go: home}]}}
            handlers: [{command: x, do: [{at: now, signal: wake}]}]
            """#,
            expected: #"""
            8:48: 'wake' needs 'n'; add 'with: {n: …}'
            """#
        ),
        (
            "at in many lanes without a key",
            #"""
            signals: {wake: {args: {n: int}, lane: string(n), do: [{stop: true}]}}
            handlers: [{command: x, do: [{at: now, signal: wake, with: {n: '1'}}]}]
            """#,
            expected: #"""
            8:48: 'wake' has many lanes, and without 'key' there is one moment for all of them; add 'key: …'
            """#
        ),
        (
            "at to somebody in a lane",
            #"""
            signals: {wake: {lane: "'a'", do: [{stop: true}]}}
            handlers: [{command: x, do: [{at: now, signal: wake, to: user}]}]
            """#,
            expected: #"""
            8:54: 'wake' has a lane of its own, so it is nobody's; leave out 'to', or take 'lane' from the signal
            """#
        ),
        (
            "at in nobody's timer",
            #"""
            signals: {wake: {do: [{go: home}]}}
            timers:
              t: {cron: '@daily', tz: "'UTC'", do: [{at: now, signal: wake}]}
            """#,
            expected: #"""
            9:59: 'at' needs a conversation, and a timer without 'as' runs in none; say to whom: 'to: …'
            """#
        ),
        (
            "cancel of what is never set",
            #"""
            signals: {wake: {do: [{go: home}]}}
            handlers: [{command: x, do: [{cancel: wake}]}]
            """#,
            expected: #"""
            8:39: no step sets 'wake' with 'at', so there is nothing to cancel
            """#
        ),
        (
            "cancel of an unknown signal",
            #"""
            signals: {wake: {do: [{go: home}]}}
            handlers: [{command: x, do: [{cancel: wale}]}]
            """#,
            expected: #"""
            8:39: there is no signal 'wale'; did you mean 'wake'?
            """#
        ),
        (
            "cancel with arguments",
            #"""
            signals: {wake: {do: [{go: home}]}}
            handlers: [{command: x, do: [{at: now, signal: wake}, {cancel: wake, with: {a: '1'}}]}]
            """#,
            expected: #"""
            8:70: cancel has no key 'with'; cancel knows 'cancel', 'to' and 'key'
            """#
        ),
    ]
}
