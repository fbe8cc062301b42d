/// The environment variables that mean something to one of our programs.
///
/// A process is given the variables of the others too, so that one list knows them all; a test compares it with what they declare.
package enum KnownVariables {
    /// Settings of processes.
    package static let settings: Set<String> = [
        "SWITCHBOARD_ADMIN_ADDRESS", "SWITCHBOARD_AMQP_URL", "SWITCHBOARD_BOTS", "SWITCHBOARD_BOTS_FOLDER",
        "SWITCHBOARD_BOT_<NAME>_CONFIG_<KEY>", "SWITCHBOARD_BOT_<NAME>_DEFINITION", "SWITCHBOARD_BOT_<NAME>_SERVER",
        "SWITCHBOARD_BOT_<NAME>_TOKEN",
        "SWITCHBOARD_BOT_<NAME>_UPDATES", "SWITCHBOARD_BOT_<NAME>_USERNAME", "SWITCHBOARD_BOT_<NAME>_WEBHOOK_MAX_CONNECTIONS",
        "SWITCHBOARD_BOT_<NAME>_WEBHOOK_PATH", "SWITCHBOARD_BOT_<NAME>_WEBHOOK_SECRET", "SWITCHBOARD_BOT_<NAME>_WEBHOOK_URL",
        "SWITCHBOARD_DIALOG_BATCH_SIZE", "SWITCHBOARD_DIALOG_CONCURRENCY", "SWITCHBOARD_DIALOG_HOUSEKEEPING",
        "SWITCHBOARD_DIALOG_PREFETCH", "SWITCHBOARD_DIALOG_PUBLISH", "SWITCHBOARD_DIALOG_WATCH", "SWITCHBOARD_FLOOD_BURST",
        "SWITCHBOARD_FLOOD_NOTICE", "SWITCHBOARD_FLOOD_RATE",
        "SWITCHBOARD_GATEWAY_BODY_LIMIT", "SWITCHBOARD_GATEWAY_HOST", "SWITCHBOARD_GATEWAY_PORT", "SWITCHBOARD_GATEWAY_REMOVE_WEBHOOKS",
        "SWITCHBOARD_LIMITS_BULK_RATE", "SWITCHBOARD_LIMITS_CHAT_BURST", "SWITCHBOARD_LIMITS_CHAT_RATE",
        "SWITCHBOARD_LIMITS_GROUP_BURST", "SWITCHBOARD_LIMITS_GROUP_RATE", "SWITCHBOARD_LIMITS_IN_FLIGHT",
        "SWITCHBOARD_LIMITS_IN_FLIGHT_PER_BOT", "SWITCHBOARD_LOG_BUFFER", "SWITCHBOARD_LOG_FORMAT", "SWITCHBOARD_LOG_LEVEL",
        "SWITCHBOARD_LOG_LEVELS", "SWITCHBOARD_METRICS_MAX_SERIES", "SWITCHBOARD_OTLP_ENDPOINT", "SWITCHBOARD_OTLP_HEADERS",
        "SWITCHBOARD_OTLP_INTERVAL", "SWITCHBOARD_OTLP_QUEUE", "SWITCHBOARD_OTLP_SAMPLE_RATIO", "SWITCHBOARD_OTLP_TIMEOUT",
        "SWITCHBOARD_POLLING_LIMIT", "SWITCHBOARD_POLLING_TIMEOUT", "SWITCHBOARD_POSTGRES_CONNECTIONS", "SWITCHBOARD_POSTGRES_URL",
        "SWITCHBOARD_SCHEDULER_BATCH_SIZE", "SWITCHBOARD_SCHEDULER_CONCURRENCY", "SWITCHBOARD_SCHEDULER_FIRE_BATCH",
        "SWITCHBOARD_SCHEDULER_HOUSEKEEPING", "SWITCHBOARD_SCHEDULER_OVERDUE_AFTER", "SWITCHBOARD_SCHEDULER_OVERDUE_RATE",
        "SWITCHBOARD_SCHEDULER_OVERDUE_RATE_PER_BOT", "SWITCHBOARD_SCHEDULER_PREFETCH",
        "SWITCHBOARD_SENDER_HTTP2", "SWITCHBOARD_SENDER_PREFETCH", "SWITCHBOARD_SHUTDOWN_TIMEOUT", "SWITCHBOARD_SIMULATOR_BOTS",
        "SWITCHBOARD_SIMULATOR_FILE_BYTES",
        "SWITCHBOARD_SIMULATOR_HOST", "SWITCHBOARD_SIMULATOR_LIMITS", "SWITCHBOARD_SIMULATOR_MESSAGES_PER_CHAT",
        "SWITCHBOARD_SIMULATOR_OPEN", "SWITCHBOARD_SIMULATOR_PAGE", "SWITCHBOARD_SIMULATOR_PORT", "SWITCHBOARD_SIMULATOR_SEED",
        "SWITCHBOARD_SIMULATOR_SLOW_BUSY_POLLING", "SWITCHBOARD_SIMULATOR_WEBHOOKS", "SWITCHBOARD_SIMULATOR_WEBHOOK_RETRY",
        "SWITCHBOARD_SIMULATOR_WEBHOOK_RETRY_MAX", "SWITCHBOARD_TELEGRAM_SERVER", "SWITCHBOARD_WORKER_CONCURRENCY",
        "SWITCHBOARD_OBJECTS_FOLDER",
        "SWITCHBOARD_OBJECTS_S3_ENDPOINT", "SWITCHBOARD_OBJECTS_S3_BUCKET", "SWITCHBOARD_OBJECTS_S3_REGION",
        "SWITCHBOARD_OBJECTS_S3_PATH_STYLE", "SWITCHBOARD_OBJECTS_S3_ACCESS_KEY", "SWITCHBOARD_OBJECTS_S3_SECRET_KEY",
    ]

    /// Read by the command line, the script and `compose.yaml`.
    package static let others: Set<String> = [
        SettingsSources.fileVariable, "SWITCHBOARD_HOME", "SWITCHBOARD_STATE_FOLDER", "SWITCHBOARD_RABBITMQ_PASSWORD",
        "SWITCHBOARD_POSTGRES_PASSWORD", "SWITCHBOARD_BUILD_IMAGE", "SWITCHBOARD_BOT_API", "SWITCHBOARD_WRITE_GOLDEN",
        "SWITCHBOARD_WORKERS",
    ]

    /// Those of the tests, which know them themselves.
    private static let testPrefix = "SWITCHBOARD_TEST_"

    /// One that nobody reads.
    package struct Stranger: Sendable, Hashable, CustomStringConvertible {
        package var name: String
        /// The one that was probably meant; nil when none is near.
        package var suggestion: String?

        package var description: String {
            "nothing reads the environment variable \(name)" + (suggestion.map { "; did you mean \($0)?" } ?? "")
        }
    }

    /// Variables that begin like ours and that no program of ours reads, by name. Empty ones count as not set.
    ///
    /// Among them are those of a bot that is not one of `SWITCHBOARD_BOTS`, when its name is nearly that of one which is: tokens of
    /// bots that don't run now may stay where they are.
    package static func strangers(in environment: [String: String]) -> [Stranger] {
        let ours = environment.filter { $0.key.hasPrefix(SettingDeclaration.variablePrefix) && !$0.value.isEmpty }.keys
        let bots = (environment["SWITCHBOARD_BOTS"] ?? "").split(separator: ",").map {
            SettingDeclaration.variable(for: String($0.filter { !$0.isWhitespace })).dropFirst(SettingDeclaration.variablePrefix.count)
        }
        let plain = settings.filter { !$0.contains(Self.place) }.union(others)
        let families = settings.filter { !$0.hasSuffix(Self.anyKey) }.compactMap { Family($0) }
        // What may follow is told by the definitions of bots.
        let open = settings.filter { $0.hasSuffix(Self.anyKey) }.compactMap { Family(String($0.dropLast(Self.anyKey.count))) }
        let ofBots = families.flatMap { family in bots.map { family.variable(of: $0) } }
        let candidates = plain.union(ofBots)
        func isOpen(_ name: String) -> Bool {
            open.contains { family in bots.contains { name.hasPrefix(family.variable(of: $0)) } }
        }
        return ours.filter { !candidates.contains($0) && !isOpen($0) && !$0.hasPrefix(testPrefix) }.sorted().compactMap { name in
            let nearest = NearestName.of(name, among: candidates)
            if let bot = families.firstNonNil({ $0.bot(in: name) }) {
                // Of some other bot, unless the name of one was misspelt.
                guard let nearest, let meant = families.firstNonNil({ $0.bot(in: nearest) }), bot != meant else { return nil }
                return Stranger(name: name, suggestion: nearest)
            }
            return Stranger(name: name, suggestion: nearest)
        }
    }

    fileprivate static let place = "<NAME>"
    private static let anyKey = "<KEY>"

    /// `SWITCHBOARD_BOT_<NAME>_TOKEN`.
    private struct Family {
        var beginning: String
        var end: String

        /// Nil for a variable that has no name in it.
        init?(_ variable: String) {
            guard let range = variable.firstRange(of: KnownVariables.place) else { return nil }
            beginning = String(variable[..<range.lowerBound])
            end = String(variable[range.upperBound...])
        }

        func variable(of bot: some StringProtocol) -> String { beginning + bot + end }

        /// The name that stands in `variable`; nil when it is none of this family.
        func bot(in variable: String) -> Substring? {
            guard variable.hasPrefix(beginning), variable.hasSuffix(end), variable.count > beginning.count + end.count else { return nil }
            return variable.dropFirst(beginning.count).dropLast(end.count)
        }
    }
}

extension Sequence {
    fileprivate func firstNonNil<Value>(_ transform: (Element) -> Value?) -> Value? {
        for element in self { if let value = transform(element) { return value } }
        return nil
    }
}

/// "Did you mean …?"
package enum NearestName {
    /// The candidate that takes the fewest letters inserted, left out, replaced or swapped with their neighbour.
    ///
    /// Nil when it takes more than three, or more than a third of the name without what they all begin with.
    package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let target = Array(name.utf8)
        guard target.count <= 200 else { return nil }
        let shared = name.hasPrefix(SettingDeclaration.variablePrefix) ? SettingDeclaration.variablePrefix.utf8.count : 0
        let limit = Swift.min(3, Swift.max(1, (target.count - shared) / 3))
        return candidates.map { (name: $0, distance: distance(target, Array($0.utf8))) }
            .filter { $0.distance <= limit && $0.distance > 0 }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for (row, letter) in a.enumerated() {
            var current = [row + 1]
            for (column, other) in b.enumerated() {
                var cost = Swift.min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == b[column - 1], a[row - 1] == other { cost = Swift.min(cost, beforeLast[column - 1] + 1) }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[b.count]
    }
}
