import Glibc

/// Everything needed to run one long-living process and to tell when it is ready: a plain value.
package struct ProcessSpec: Sendable, Hashable {
    /// Short and unique: stands before its log lines and names its log file.
    package var name: String
    /// Absolute path.
    package var executable: String
    package var arguments: [String]
    /// The whole environment: nothing else is inherited.
    package var environment: [String: String]
    /// nil: that of the parent.
    package var workingDirectory: String?
    package var readiness: ReadinessProbe
    /// Processes of one order start together, once all of lower orders are ready; they stop the other way round.
    package var order: Int
    /// How long it may take to become ready before it counts as failed.
    package var readyTime: Duration
    /// How long it may take to stop after being asked, before it is ended by force.
    package var drainTime: Duration
    /// What asks it to stop.
    package var stopSignal: Int32

    package init(
        name: String, executable: String, arguments: [String] = [], environment: [String: String] = [:],
        workingDirectory: String? = nil, readiness: ReadinessProbe = .none, order: Int = 0,
        readyTime: Duration = .seconds(30), drainTime: Duration = .seconds(15), stopSignal: Int32 = SIGTERM
    ) {
        self.name = name
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.readiness = readiness
        self.order = order
        self.readyTime = readyTime
        self.drainTime = drainTime
        self.stopSignal = stopSignal
    }
}

/// How a process ended.
package enum ProcessExit: Sendable, Hashable, CustomStringConvertible {
    case code(Int32)
    case signal(Int32)

    init(waitStatus status: Int32) {
        let signal = status & 0x7f
        self = signal == 0 ? .code((status >> 8) & 0xff) : .signal(signal)
    }

    package var isSuccess: Bool { self == .code(0) }

    package var description: String {
        switch self {
        case .code(let code): "exit code \(code)"
        case .signal(SIGKILL): "killed (signal 9)"
        case .signal(SIGSEGV): "crashed (signal 11, bad memory access)"
        case .signal(SIGILL), .signal(SIGTRAP): "crashed (a Swift run-time check failed)"
        case .signal(let number): "ended by signal \(number)"
        }
    }
}
