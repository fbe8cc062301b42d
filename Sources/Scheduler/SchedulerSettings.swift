package import RabbitBus
package import Runtime
package import Schedules

/// Everything that the scheduler can be told.
package struct SchedulerSettings: SettingsGroup {
    package let amqp: AMQPSettings
    package let postgres: ConnectionURL
    package let connections: Int
    package let prefetch: Int
    package let batchSize: Int
    package let concurrency: Int
    package let firing: FiringSettings
    package let housekeeping: Duration

    package init(_ settings: SettingsReader) {
        amqp = settings.group()
        postgres = settings.required(
            "postgres.url", .url(schemes: ["postgres", "postgresql"], example: "postgresql://user:password@localhost:5432/switchboard"),
            "The database.")
        connections = settings.value("postgres.connections", .integer(1...1000), default: 4, "Connections to the database at most.")
        prefetch = settings.value("scheduler.prefetch", .integer(1...65_535), default: 500, "Requests of each lane that may be in hand.")
        batchSize = settings.value("scheduler.batch_size", .integer(1...1000), default: 200, "Requests in one transaction at most.")
        concurrency = settings.value("scheduler.concurrency", .integer(1...100), default: 2, "Transactions for requests at one time.")
        firing = FiringSettings(
            batchSize: settings.value(
                "scheduler.fire_batch", .integer(1...10_000), default: 500, "Timers that fire in one transaction at most."),
            overdueAfter: settings.value(
                "scheduler.overdue_after", .duration(atLeast: .seconds(1)), default: .seconds(10),
                "Timers that are later than this fire at the pace of the overdue."),
            rates: BacklogPace.Rates(
                overall: settings.value(
                    "scheduler.overdue_rate", .number(0.1...100_000), default: 500,
                    "Overdue timers that fire in a second, of all bots and by all instances together."),
                perBot: settings.value(
                    "scheduler.overdue_rate_per_bot", .number(0.1...100_000), default: 100,
                    "Overdue timers of one bot that fire in a second.")))
        housekeeping = settings.value(
            "scheduler.housekeeping", .duration(atLeast: .seconds(1)), default: .seconds(30),
            "How often timers are counted and what is over is forgotten.")
    }
}

/// How timers fire.
package struct FiringSettings: Sendable {
    /// The most timers of one transaction.
    package var batchSize: Int
    /// Later than this is overdue.
    package var overdueAfter: Duration
    package var rates: BacklogPace.Rates
    package var rhythm = FiringRhythm.Settings()
    /// How long the broker may take for a batch; the timers are locked meanwhile.
    package var patience: Duration = .seconds(5)
    /// After how long a timer is tried again that the broker refused, while others were taken.
    package var refusedPause: Duration = .seconds(30)
    /// After how long a timer is tried again that this process can't read.
    package var unreadablePause: Duration = .seconds(300)

    package init(
        batchSize: Int = 500, overdueAfter: Duration = .seconds(10), rates: BacklogPace.Rates = .init(overall: 500, perBot: 100)
    ) {
        self.batchSize = batchSize
        self.overdueAfter = overdueAfter
        self.rates = rates
    }
}
