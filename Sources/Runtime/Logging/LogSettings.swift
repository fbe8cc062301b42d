package import Logging

/// What is logged, and how it looks.
package struct LogSettings: SettingsGroup {
    package let level: Logger.Level
    package let levels: [LabelLevel]
    package let format: LogFormat
    package let buffer: Int

    package init(_ settings: SettingsReader) {
        level = settings.value(
            "log.level", .choice(placeholder: .info), default: .info, "Lines below this level are not written.")
        levels = settings.value(
            "log.levels", .list(of: .labelLevel), default: [],
            "Other levels for loggers whose label begins so; the longest beginning wins.")
        format = settings.value(
            "log.format", .choice(placeholder: .auto), default: .auto,
            "`json`: one object a line. `pretty`: for people, coloured on a terminal unless `NO_COLOR` is set. "
                + "`auto`: pretty on a terminal, else json.")
        buffer = settings.value(
            "log.buffer", .byteSize, default: 4 << 20,
            "Lines waiting for a slow reader of the standard error; beyond it lines are dropped and counted, "
                + "so that logging never stops the work.")
    }

    package func level(forLabel label: String) -> Logger.Level {
        levels.filter { label.hasPrefix($0.label) }.max { $0.label.utf8.count < $1.label.utf8.count }?.level ?? level
    }
}

/// `amqp=debug`
package struct LabelLevel: Sendable, Hashable {
    package var label: String
    package var level: Logger.Level
}

package enum LogFormat: String, Sendable, CaseIterable {
    case auto, json, pretty
}

extension SettingForm where Value == LabelLevel {
    static var labelLevel: Self {
        Self(
            expected: "a logger's label and a level such as `amqp=debug`", placeholder: LabelLevel(label: "", level: .info),
            scalar: { text in
                let parts = text.split(separator: "=", omittingEmptySubsequences: false).map { trimmed($0) }
                guard parts.count == 2, !parts[0].isEmpty, let level = Logger.Level(rawValue: parts[1].lowercased()) else { return nil }
                return LabelLevel(label: parts[0], level: level)
            }, format: { "\($0.label)=\($0.level)" })
    }
}
