/// How a setting is written: the text it accepts and the value it becomes.
package struct SettingForm<Value: Sendable>: Sendable {
    /// The completion of "must be …": `a duration such as 30s`.
    package let expected: String
    /// Stands in for a required setting that is missing, so that reading goes on and every problem is found at once. It never
    /// leaves ``Settings/read(_:from:redactor:)``: that throws when there was a problem.
    package let placeholder: Value
    /// The secrets in a value, which are registered with the ``Redactor``. Nil: the form has none, and a text that isn't of the
    /// form may be quoted in the error message.
    package let secrets: (@Sendable (Value) -> [Secret])?
    /// The value, or nil when the text isn't of this form.
    package let parse: @Sendable (SettingText) -> Value?
    /// As it would be written in the environment, without its secrets.
    package let format: @Sendable (Value) -> String

    package init(
        expected: String, placeholder: Value, secrets: (@Sendable (Value) -> [Secret])? = nil,
        parse: @escaping @Sendable (SettingText) -> Value?, format: @escaping @Sendable (Value) -> String
    ) {
        self.expected = expected
        self.placeholder = placeholder
        self.secrets = secrets
        self.parse = parse
        self.format = format
    }

    /// A form of one text, surrounding white space removed.
    package init(
        expected: String, placeholder: Value, scalar: @escaping @Sendable (String) -> Value?,
        format: @escaping @Sendable (Value) -> String
    ) {
        self.init(
            expected: expected, placeholder: placeholder,
            parse: { text in
                guard case .text(let text) = text else { return nil }
                return scalar(trimmed(text))
            }, format: format)
    }
}

/// What a source has for a key: one text, or (in a file only) a list.
package enum SettingText: Sendable, Hashable {
    case text(String)
    case list([String])
}

func trimmed(_ text: some StringProtocol) -> String {
    var rest = text[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
}

extension SettingForm where Value == String {
    package static var text: Self { .text("a text") }

    /// A text that isn't empty; `expected` says what it should be: `a path`, `a host name`.
    package static func text(_ expected: String) -> Self {
        Self(expected: expected, placeholder: "", scalar: { $0.isEmpty ? nil : $0 }, format: { $0 })
    }
}

extension SettingForm where Value == Secret {
    /// A text that is never shown. It is taken as it stands, white space included.
    package static var secret: Self {
        Self(
            expected: "a secret text", placeholder: Secret(""), secrets: { [$0] },
            parse: { text in
                guard case .text(let text) = text, !text.isEmpty else { return nil }
                return Secret(text)
            }, format: { _ in Secret.placeholder })
    }
}

extension SettingForm where Value == Bool {
    package static var boolean: Self {
        Self(
            expected: "`true` or `false`", placeholder: false,
            scalar: { text in
                switch text.lowercased() {
                case "true", "yes", "on", "1": true
                case "false", "no", "off", "0": false
                default: nil
                }
            }, format: { $0 ? "true" : "false" })
    }
}

extension SettingForm where Value == Int {
    package static func integer(_ range: ClosedRange<Int>) -> Self {
        let expected =
            range.upperBound == .max
            ? "a whole number, \(range.lowerBound) or more" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Self(
            expected: expected, placeholder: range.lowerBound,
            scalar: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }, format: { String($0) })
    }

    package static var port: Self { .integer(1...65_535) }
}

extension SettingForm where Value == Double {
    package static func number(_ range: ClosedRange<Double>) -> Self {
        Self(
            expected: "a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))", placeholder: range.lowerBound,
            scalar: { text in Double(text).flatMap { range.contains($0) ? $0 : nil } }, format: plain)
    }

    /// Without the `.0` of a whole number.
    private static func plain(_ number: Double) -> String { Int64(exactly: number).map { String($0) } ?? number.description }
}

extension SettingForm where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of the names of an enumeration's cases.
    package static func choice(placeholder: Value) -> Self {
        let names = Value.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        return Self(
            expected: "one of \(names)", placeholder: placeholder, scalar: { Value(rawValue: $0.lowercased()) },
            format: { $0.rawValue })
    }
}

extension SettingForm {
    /// Several values: separated by commas in the environment, a list in a file. Empty parts are dropped.
    package static func list<Element: Sendable>(of element: SettingForm<Element>) -> SettingForm<[Element]>
    where Value == [Element] {
        var secrets: (@Sendable ([Element]) -> [Secret])?
        if let secretsOfOne = element.secrets { secrets = { $0.flatMap(secretsOfOne) } }
        return SettingForm<[Element]>(
            expected: "a list, separated by commas, each \(element.expected)", placeholder: [], secrets: secrets,
            parse: { parseList($0, of: element) },
            format: { $0.map(element.format).joined(separator: ",") })
    }
}

private func parseList<Element>(_ text: SettingText, of element: SettingForm<Element>) -> [Element]? {
    let parts: [String] =
        switch text {
        case .text(let text): text.split(separator: ",").map { trimmed($0) }
        case .list(let parts): parts
        }
    var values: [Element] = []
    for part in parts where !part.isEmpty {
        guard let value = element.parse(.text(part)) else { return nil }
        values.append(value)
    }
    return values
}
