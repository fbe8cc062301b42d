extension Mistake {
    private static let head = """
        bot: b
        data: {tasks: {name: string}}
        handlers:
          - command: go
            do:

        """
    private static let tail = """

        replies:
          echoed: {run: probe.echo, args: {n: int}, done: [{stop: true}]}
          slow: {run: probe.slow, done: [{stop: true}]}

        """

    /// Mistakes in `run` and `replies`.
    static let operations: [Mistake] = [
        Mistake(
            "an operation that isn't there",
            head + #"""
                      - {run: probe.ecko, with: {text: "'a'"}}
                      - {run: timers.set}
                      - {run: [probe.echo]}
                """#,
            expected: #"""
                6:15: there is no operation 'probe.ecko'; did you mean 'probe.echo'?
                7:15: there is no operation 'timers.set'; use the steps 'at' and 'cancel'
                8:15: an operation is a text, found a list
                """#),
        Mistake(
            "arguments of an operation",
            head + #"""
                      - {run: probe.echo}
                      - {run: probe.echo, with: {txt: "'a'"}}
                      - {run: probe.echo, with: {text: '1'}}
                      - {run: probe.echo, with: {text: "'a'", number: "'b'", words: "[1]"}}
                      - {run: probe.echo, with: {text: "'a'", place: "{'nam': 'x'}"}}
                      - {run: probe.echo, with: [text]}
                """#,
            expected: #"""
                6:15: 'probe.echo' needs 'text'; add 'with: {text: …}'
                7:15: 'probe.echo' needs 'text'; add 'with: {text: …}'
                7:34: 'probe.echo' has no argument 'txt'; did you mean 'text'?
                8:41: this is int, but string is wanted
                9:56: this is string, but double? is wanted
                9:70: this is list<int>, but list<string>? is wanted
                10:56: probe.echo.place has no field 'nam'; did you mean 'name'?
                11:33: 'with' is a mapping of arguments
                """#),
        Mistake(
            "values that are known to be wrong",
            head + #"""
                      - {run: probe.slow, with: {steps: '1000', pause: "duration('1h')"}}
                      - {run: probe.echo, with: {text: user.language}}
                """#,
            expected: #"""
                6:41: 'steps' is greater than 100
                6:56: 'pause' is longer than 60000 ms
                7:40: this may be null, but string is wanted; guard it, as in 'user.language != null && …' or 'user.language == null ? … : …'
                """#),
        Mistake(
            "files and secrets",
            head + #"""
                      - {run: probe.echo, with: {text: "'a'", file: "'id'", password: "'hush'"}}
                """#,
            expected: #"""
                6:53: this is string, but a file is wanted; such as message.photo
                6:71: this is string, but a secret is wanted; take it from 'config', where it is 'secret: true'
                """#),
        Mistake(
            "a reply that isn't there, or is another's",
            head + #"""
                      - {run: probe.echo, with: {text: "'a'"}, reply: echod, keep: {n: '1'}}
                      - {run: probe.echo, with: {text: "'a'"}, reply: slow}
                      - {run: probe.echo, with: {text: "'a'"}, reply: echoed}
                      - {run: probe.echo, with: {text: "'a'"}, reply: echoed, keep: {n: "'1'", m: '2'}}
                      - {run: probe.echo, with: {text: "'a'"}, keep: {n: '1'}, within: "duration('1h')"}
                      - {run: probe.echo, with: {text: "'a'"}, reply: echoed, keep: {n: '1'}, within: "duration('10ms')"}
                """# + tail,
            expected: #"""
                6:55: there is no reply 'echod'; did you mean 'echoed'?
                7:55: 'slow' handles what 'probe.slow' says, and this runs 'probe.echo'
                8:55: 'echoed' needs 'n'; add 'keep: {n: …}'
                9:74: this is string, but int is wanted
                9:80: 'echoed' has no argument 'm'; did you mean 'n'?
                10:48: without 'reply' nobody waits for the operation; add 'reply: …'
                10:64: without 'reply' nobody waits for the operation; add 'reply: …'
                11:87: 'within' is from 1 second to 7 days
                """#),
        Mistake(
            "a reply where nobody is",
            #"""
            bot: b
            screens: {home: {text: a}}
            signals:
              tick:
                lane: "'tick'"
                do:
                  - {run: probe.fail}
                  - {run: probe.fail, reply: failed}
            replies: {failed: {run: probe.fail, done: [{stop: true}]}}
            """#,
            expected: #"""
                8:15: 'reply' needs a conversation, and a signal with a lane runs in none; leave 'reply' out, or send a signal to somebody and run it there
                """#),
        Mistake(
            "replies",
            #"""
            bot: b
            screens: {home: {text: a}}
            replies:
              one: {run: probe.echo, progress: [{stop: true}], done: [{stop: true}]}
              two: {run: probe.slow, args: {result: int}, done: [{show: {text: "${result.step}"}}]}
              three: {run: probe.slow, progress: [{show: {text: "${result.step}"}}]}
              four: {done: [{stop: true}]}
              five: {run: probe.slo, done: [{show: {text: "${result.anything}"}}]}
              six: {run: probe.slow, done: [], fail: []}
              seven: {run: probe.echo, done: [{show: {text: "${result.file}"}}], failed: [{show: {text: "${failure.cod}"}}]}
            """#,
            expected: #"""
                4:26: 'probe.echo' says nothing before it is done
                5:33: 'result' is what the worker says; choose another name
                5:78: probe.slow.result has no field 'step'; did you mean 'steps'?
                6:10: 'done' is missing
                6:56: there is nothing named 'result' here
                7:9: 'run' is missing
                8:15: there is no operation 'probe.slo'; did you mean 'probe.slow'?
                9:32: there are no steps
                9:36: a reply has no key 'fail'; a reply knows 'run', 'args', 'progress', 'done' and 'failed'
                10:52: this may be null, which can't be shown; say what to show then, as in 'x == null ? '–' : string(x)'
                10:104: Failure has no field 'cod'; did you mean 'code'?
                """#),
    ]
}
