import Glibc
package import JSON

/// One supervised process as others see it.
package struct SupervisedProcess: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, JSONCodable {
        case waiting, starting, ready, restarting, stopping, stopped

        init(_ state: Supervision.State) {
            self =
                switch state {
                case .waiting: .waiting
                case .starting: .starting
                case .ready: .ready
                case .backingOff: .restarting
                case .stopping, .killed: .stopping
                case .stopped: .stopped
                }
        }
    }

    package var name: String
    /// nil while there is no process.
    package var identity: ProcessIdentity?
    package var state: State
    package var restarts: Int
    package var order: Int
    package var stopSignal: Int32
    package var drainTime: Duration
    package var readiness: ReadinessProbe

    package init(
        name: String, identity: ProcessIdentity?, state: State, restarts: Int, order: Int, stopSignal: Int32, drainTime: Duration,
        readiness: ReadinessProbe
    ) {
        self.name = name
        self.identity = identity
        self.state = state
        self.restarts = restarts
        self.order = order
        self.stopSignal = stopSignal
        self.drainTime = drainTime
        self.readiness = readiness
    }
}

/// What a supervisor writes down, so that others can show it, stop it, and clean up after it was killed. Holds no secrets.
package struct SupervisorRecord: Sendable, Hashable {
    package enum Phase: String, Sendable, Hashable, JSONCodable { case starting, ready, stopping }

    package struct Address: Sendable, Hashable {
        package var name: String
        package var url: String

        package init(name: String, url: String) {
            self.name = name
            self.url = url
        }
    }

    package var supervisor: ProcessIdentity
    package var phase: Phase
    package var processes: [SupervisedProcess]
    package var addresses: [Address]
    /// What to do first; nil when there is nothing to say.
    package var tryThis: String?

    package init(supervisor: ProcessIdentity, phase: Phase, processes: [SupervisedProcess], addresses: [Address], tryThis: String?) {
        self.supervisor = supervisor
        self.phase = phase
        self.processes = processes
        self.addresses = addresses
        self.tryThis = tryThis
    }

    /// nil when there is none, or none that can be read: then nothing is known.
    package static func load(_ path: String) -> SupervisorRecord? {
        guard let bytes = try? Files.read(path) else { return nil }
        return try? SupervisorRecord(jsonBytes: bytes)
    }

    package func save(_ path: String) throws(DevServicesError) {
        try Files.write(String(decoding: jsonBytes, as: UTF8.self) + "\n", to: path, mode: 0o600)
    }
}

extension SupervisedProcess: JSONCodable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("process", identity)
            json.member("state", state)
            json.member("restarts", restarts)
            json.member("order", order)
            json.member("stop_signal", Int(stopSignal))
            json.member("drain_seconds", drainTime / .seconds(1))
            json.member("readiness", readiness)
        }
    }

    package init(json: JSON) throws(JSONError) {
        name = try json.required("name")
        identity = try json.optional("process")
        state = try json.required("state")
        restarts = try json.required("restarts")
        order = try json.required("order")
        let signal: Int = try json.required("stop_signal")
        stopSignal = Int32(truncatingIfNeeded: signal)
        drainTime = .seconds(try json.required("drain_seconds", as: Double.self))
        readiness = try json.required("readiness")
    }
}

extension ReadinessProbe: JSONCodable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("port", port.map(Int.init))
            switch self {
            case .none: json.member("kind", "none")
            case .tcp: json.member("kind", "tcp")
            case .amqp: json.member("kind", "amqp")
            case .http(_, let path):
                json.member("kind", "http")
                json.member("path", path)
            case .postgres(_, let user, let database):
                json.member("kind", "postgres")
                json.member("user", user)
                json.member("database", database)
            }
        }
    }

    package init(json: JSON) throws(JSONError) {
        let kind: String = try json.required("kind")
        let number: Int? = try json.optional("port")
        if kind == "none" {
            self = .none
            return
        }
        guard let number, let port = UInt16(exactly: number) else { throw JSONError(.value, "is no port", path: ["port"]) }
        switch kind {
        case "tcp": self = .tcp(port: port)
        case "amqp": self = .amqp(port: port)
        case "http": self = .http(port: port, path: try json.required("path"))
        case "postgres": self = .postgres(port: port, user: try json.required("user"), database: try json.required("database"))
        default: throw JSONError(.value, "is no kind of probe", path: ["kind"])
        }
    }
}

extension SupervisorRecord.Address: JSONCodable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("url", url)
        }
    }

    package init(json: JSON) throws(JSONError) {
        self.init(name: try json.required("name"), url: try json.required("url"))
    }
}

extension SupervisorRecord: JSONCodable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("supervisor", supervisor)
            json.member("phase", phase)
            json.member("processes", processes)
            json.member("addresses", addresses)
            json.member("try_this", tryThis)
        }
    }

    package init(json: JSON) throws(JSONError) {
        supervisor = try json.required("supervisor")
        phase = try json.required("phase")
        processes = try json.list("processes")
        addresses = try json.list("addresses")
        tryThis = try json.optional("try_this")
    }
}
