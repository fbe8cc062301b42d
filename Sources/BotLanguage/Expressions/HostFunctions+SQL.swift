import CEL

// What the functions of definitions are in PostgreSQL.
extension HostFunctions {
    static let sql: [SQLFunction] = [
        SQLFunction("money", [.int], "text") { a in
            let amount = "abs(\(a[0])::numeric)"
            return
                "(CASE WHEN \(a[0]) < 0 THEN '-' ELSE '' END || trunc(\(amount) / 100)::text || '.' || lpad((\(amount) % 100)::text, 2, '0'))"
        },
        SQLFunction("date", [.timestamp], "text") { day("(\($0[0]) AT TIME ZONE 'UTC')") },
        SQLFunction("time", [.timestamp], "text") { time("(\($0[0]) AT TIME ZONE 'UTC')") },
        SQLFunction("dayOf", [.timestamp, .string], "text", adapted: [1: .timeZone]) { day("(\($0[0]) AT TIME ZONE \($0[1]))") },
        SQLFunction("timeOf", [.timestamp, .string], "text", adapted: [1: .timeZone]) { time("(\($0[0]) AT TIME ZONE \($0[1]))") },
        SQLFunction("startOf", [.timestamp, .string, .string], "timestamptz", adapted: [1: unit, 2: .timeZone]) {
            start($0[0], $0[1], $0[2])
        },
    ]

    private static let unit = SQLFunction.Adaptation("the unit of startOf()") { value throws(CELError) in
        guard TimeFunctions.units.contains(try value.asString()) else {
            throw CELError(.invalidArgument, "a unit of startOf() is 'day', 'week', 'month' or 'year'")
        }
        return value
    }

    /// Zones' clocks may be a little beyond the years 1 to 9999.
    private static func day(_ clock: String) -> String {
        "(CASE WHEN \(clock) < timestamp '0001-01-01' THEN '0001-01-01' WHEN \(clock) >= timestamp '10000-01-01' THEN '9999-12-31' "
            + "ELSE to_char(\(clock), 'YYYY-MM-DD') END)"
    }

    private static func time(_ clock: String) -> String { "to_char(\(clock), 'HH24:MI')" }

    /// As `CELTimeZone.instant(ofLocal:)` has it: of a midnight that comes twice the first, and of one that is skipped the
    /// moment of the change. PostgreSQL alone would take the second of two.
    private static func start(_ moment: String, _ unit: String, _ zone: String) -> String {
        let local = "(SELECT date_trunc(\(unit), \(moment) AT TIME ZONE \(zone)) AS l OFFSET 0) AS w"
        // How far the zone is from UTC a day before and after.
        func offset(_ sign: String) -> String {
            "(((w.l \(sign) interval '1 day') AT TIME ZONE 'UTC') AT TIME ZONE \(zone)) - (w.l \(sign) interval '1 day')"
        }
        let candidates =
            "(SELECT w.l, (w.l - (\(offset("-")))) AT TIME ZONE 'UTC' AS a, (w.l - (\(offset("+")))) AT TIME ZONE 'UTC' AS b FROM \(local) OFFSET 0) AS u"
        let start = "CASE WHEN (u.a AT TIME ZONE \(zone)) = u.l THEN u.a WHEN (u.b AT TIME ZONE \(zone)) = u.l THEN u.b ELSE u.a END"
        let least = "timestamptz '0001-01-01 00:00:00+00'"
        return "(SELECT CASE WHEN u.a IS NULL THEN NULL WHEN \(start) < \(least) THEN \(least) ELSE \(start) END FROM \(candidates))"
    }
}
