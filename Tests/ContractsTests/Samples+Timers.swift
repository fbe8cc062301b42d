import Contracts
import JSON

extension Samples {
    static let setTimers: [(name: String, request: SetTimer)] = [
        ("at", set(.at(Timestamp(milliseconds: 1_767_610_800_000)), key: "at/42/tea", chat: chat, person: ann, payload: ["cup": 2])),
        (
            "list",
            set(
                .list([Timestamp(milliseconds: 1_767_610_800_000), Timestamp(milliseconds: 1_767_697_200_000)]),
                key: "rows/orders/17/reminder")
        ),
        ("daily", set(.daily(TimeOfDay(hour: 9, minute: 5)!, zone: "Europe/Berlin"), key: "people/42/digest", chat: chat, lane: .bulk)),
        ("cron", set(.cron("*/15 8-18 * * mon-fri", zone: "America/New_York"), key: "ticker", lane: .interactive)),
    ]

    static let cancelTimers: [(name: String, request: CancelTimers)] = [
        ("key", CancelTimers(bot: bot, revision: 5, target: .key("at/42/tea"))),
        ("prefix", CancelTimers(bot: bot, revision: 6, target: .prefix("rows/orders/17/"))),
        ("all", CancelTimers(bot: bot, revision: 7, target: .prefix(""))),
    ]

    private static func set(
        _ schedule: TimerSchedule, key: String, chat: Chat? = nil, person: Person? = nil, payload: JSON = .null, lane: Lane = .normal
    ) -> SetTimer {
        SetTimer(
            bot: bot, platform: .telegram, at: Timestamp(milliseconds: 1_767_607_200_000), chat: chat, person: person,
            thread: person == nil ? nil : "5", key: key, revision: 4, name: "reminder", payload: payload, lane: lane, schedule: schedule)
    }
}
