package import BotLanguage
package import JSON

/// What is told about tests: to people, to programs, and to systems that show JUnit's files.
package struct TestReport: Sendable {
    package var results: [TestResult] = []
    package var coverages: [Coverage] = []

    package init() {}

    package var failures: [TestResult] { results.filter(\.hasFailed) }
    package var skipped: Int { results.count { if case .skipped = $0.outcome { true } else { false } } }

    // MARK: Text

    /// One line about a test, and below it why it failed.
    package static func text(_ result: TestResult, colours: Bool) -> String {
        let style = TextStyle(isOn: colours)
        let title = "\(result.bot) · \(result.name)"
        switch result.outcome {
        case .passed: return "\(style.green("✓")) \(title) \(style.dim("(\(result.duration.milliseconds))"))"
        case .skipped(let reason): return "\(style.yellow("–")) \(title) \(style.dim("skipped: \(reason)"))"
        case .failed(let failure):
            var lines = ["\(style.red("✗")) \(title) \(style.dim("(\(result.duration.milliseconds))"))"]
            lines += failure.transcript.map { style.dim($0.isEmpty ? "    │" : "    │ \($0)") }
            lines.append("    \(style.bold("\(failure.position)")): \(failure.message)")
            lines += difference(failure, style).map { "      \($0)" }
            return lines.joined(separator: "\n")
        }
    }

    private static func difference(_ failure: TestResult.Failure, _ style: TextStyle) -> [String] {
        func labelled(_ label: String, _ text: String, _ colour: (String) -> String) -> [String] {
            text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
                (index == 0 ? label : String(repeating: " ", count: label.count)) + "  " + colour(String(line))
            }
        }
        guard let expected = failure.expected else { return failure.actual.map { labelled("there are", $0, style.red) } ?? [] }
        guard let actual = failure.actual else { return labelled("expected", expected, style.green) }
        let marks = marks(expected, actual)
        return labelled("expected", expected, style.green) + labelled("actual  ", actual, style.red)
            + (marks.isEmpty ? [] : [style.dim("          " + marks)])
    }

    /// A mark below the place in a single line at which two texts begin to differ; empty where that says little.
    private static func marks(_ expected: String, _ actual: String) -> String {
        guard !expected.contains("\n"), !actual.contains("\n"), !actual.hasPrefix("(") else { return "" }
        let same = zip(expected, actual).prefix { $0 == $1 }.count
        return same < 3 ? "" : String(repeating: " ", count: same) + "^"
    }

    package func summary(after duration: Duration, colours: Bool) -> String {
        let style = TextStyle(isOn: colours)
        let passed = results.count - failures.count - skipped
        var parts = [style.green("\(passed) passed")]
        if !failures.isEmpty { parts.append(style.red("\(failures.count) failed")) }
        if skipped > 0 { parts.append(style.yellow("\(skipped) skipped")) }
        return parts.joined(separator: ", ") + " (\(duration.milliseconds))"
    }

    /// - Parameter lists: whether all that wasn't reached is listed.
    package static func text(_ coverage: Coverage, lists: Bool, colours: Bool) -> String {
        let style = TextStyle(isOn: colours)
        let all = coverage.points.count
        let share = all == 0 ? 100 : coverage.reached * 100 / all
        let counts = coverage.counts.map { "\($0.kind.rawValue)s \($0.reached)/\($0.all)" }.joined(separator: ", ")
            .split(separator: "branchs").joined(separator: "branches")
        var lines = ["\(coverage.bot): \(share) % of \(all) places run" + (counts.isEmpty ? "" : " (\(counts))")]
        if lists {
            lines += coverage.points.filter { !$0.isReached }.map { point, _ in
                "  \(point.position): \(style.yellow("\(point.kind.rawValue) \(point.name)")) never runs"
            }
        }
        return lines.joined(separator: "\n")
    }

    // MARK: JUnit

    /// https://github.com/testmoapp/junitxml
    package var junit: String {
        var xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        let time = results.reduce(0) { $0 + $1.duration.seconds }
        xml += "<testsuites tests=\"\(results.count)\" failures=\"\(failures.count)\" skipped=\"\(skipped)\" time=\"\(time)\">\n"
        for bot in Set(results.map(\.bot)).sorted() {
            let own = results.filter { $0.bot == bot }
            xml += "  <testsuite name=\"\(escaped(bot))\" tests=\"\(own.count)\" failures=\"\(own.count(where: \.hasFailed))\">\n"
            for result in own {
                let place = result.position
                xml += "    <testcase classname=\"\(escaped(bot))\" name=\"\(escaped(result.name))\" file=\"\(escaped(place.file))\""
                xml += " line=\"\(place.line)\" time=\"\(result.duration.seconds)\""
                switch result.outcome {
                case .passed: xml += "/>\n"
                case .skipped(let reason): xml += "><skipped message=\"\(escaped(reason))\"/></testcase>\n"
                case .failed(let failure):
                    let text = Self.text(result, colours: false)
                    xml +=
                        ">\n      <failure message=\"\(escaped("\(failure.position): \(failure.message)"))\">\(escaped(text))</failure>\n    </testcase>\n"
                }
            }
            xml += "  </testsuite>\n"
        }
        return xml + "</testsuites>\n"
    }

    private func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            // XML has no other control characters.
            case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

// MARK: - JSON

extension TestResult: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("bot", bot)
            $0.member("test", name)
            $0.member("file", position.file)
            $0.member("line", position.line)
            $0.member("milliseconds", Double(Int(duration.seconds * 100_000)) / 100)
            switch outcome {
            case .passed: $0.member("outcome", "passed")
            case .skipped(let reason):
                $0.member("outcome", "skipped")
                $0.member("reason", reason)
            case .failed(let failure):
                $0.member("outcome", "failed")
                $0.member("failure", failure)
            }
        }
    }
}

extension TestResult.Failure: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("file", position.file)
            $0.member("line", position.line)
            $0.member("column", position.column)
            $0.member("message", message)
            $0.member("expected", expected)
            $0.member("actual", actual)
            $0.member("transcript", transcript)
        }
    }
}

extension Coverage: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("bot", bot)
            $0.member("places", points.count)
            $0.member("reached", reached)
            $0.member("missing", points.filter { !$0.isReached }.map(\.point))
        }
    }
}

extension CoveragePoint: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("kind", kind.rawValue)
            $0.member("name", name)
            $0.member("file", position.file)
            $0.member("line", position.line)
            $0.member("column", position.column)
        }
    }
}

// MARK: -

/// Colours of a terminal, or none.
struct TextStyle {
    let isOn: Bool

    func red(_ text: String) -> String { applied("31", text) }
    func green(_ text: String) -> String { applied("32", text) }
    func yellow(_ text: String) -> String { applied("33", text) }
    func dim(_ text: String) -> String { applied("2", text) }
    func bold(_ text: String) -> String { applied("1", text) }

    private func applied(_ code: String, _ text: String) -> String { isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }

    /// `12 ms`, `1.3 s`
    var milliseconds: String {
        let value = seconds * 1_000
        if value < 10 { return "\(Double(Int(value * 10)) / 10) ms" }
        return value < 1_000 ? "\(Int(value)) ms" : "\(Double(Int(value / 100)) / 10) s"
    }
}
