import Glibc
package import JSON

/// Which loopback port each part of the system got: remembered, so that addresses stay the same from run to run.
package struct PortBook: Sendable, Hashable {
    /// Below the range from which Linux takes ports of outgoing connections (32768–60999), so that a remembered port is not taken by chance.
    static let range: ClosedRange<UInt16> = 20_000...31_999

    package private(set) var ports: [String: UInt16]

    package init(_ ports: [String: UInt16] = [:]) { self.ports = ports }

    package subscript(name: String) -> UInt16? { ports[name] }

    /// Gives every name a port of its own that is free now: the one it had, if it can have it again.
    ///
    /// - Parameters:
    ///   - isFree: for tests; asks the kernel otherwise.
    ///   - candidate: for tests; random otherwise.
    /// - Returns: names whose remembered port was taken by someone else and that got another.
    /// - Throws: ``DevServicesError`` (`noPort`) after a thousand vain tries.
    @discardableResult
    package mutating func assign(
        _ names: [String], isFree: (UInt16) -> Bool = Self.isFree,
        candidate: () -> UInt16 = { UInt16.random(in: Self.range) }
    ) throws(DevServicesError) -> [String] {
        var moved: [String] = []
        var used = Set(names.compactMap { ports[$0] })
        for name in names {
            if let known = ports[name] {
                if isFree(known) { continue }
                moved.append(name)
            }
            var tries = 0
            var port = candidate()
            while used.contains(port) || !isFree(port) {
                tries += 1
                guard tries < 1000 else { throw DevServicesError(.noPort, "no free loopback port was found for \(name)") }
                port = candidate()
            }
            used.insert(port)
            ports[name] = port
        }
        return moved
    }

    /// Ports for short use, remembered by nobody.
    package static func free(_ count: Int) throws(DevServicesError) -> [UInt16] {
        var book = PortBook()
        let names = (0..<count).map(String.init)
        try book.assign(names)
        return names.compactMap { book[$0] }
    }

    /// Whether a server could listen on that loopback port now.
    package static func isFree(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // As servers do: connections that are only fading away don't count.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        return LoopbackSocket.withAddress(port: port) { bind(descriptor, $0, $1) } == 0 && listen(descriptor, 1) == 0
    }
}

extension PortBook: JSONCodable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            for (name, port) in ports.sorted(by: { $0.key < $1.key }) { json.member(name, Int(port)) }
        }
    }

    package init(json: JSON) throws(JSONError) {
        guard let object = json.object else { throw JSONError(.type, "expected an object, found \(json.kind)") }
        var ports: [String: UInt16] = [:]
        for (name, value) in object.members {
            guard let number = value.int, let port = UInt16(exactly: number), port > 1023 else {
                throw JSONError(.value, "is no port", path: [name])
            }
            ports[name] = port
        }
        self.init(ports)
    }

    /// The book kept in a file; empty when there is none or it can't be read as one.
    package static func load(_ path: String) -> PortBook {
        guard let bytes = try? Files.read(path), let book = try? PortBook(jsonBytes: bytes) else { return PortBook() }
        return book
    }

    package func save(_ path: String) throws(DevServicesError) {
        try Files.write(String(decoding: jsonBytes, as: UTF8.self) + "\n", to: path)
    }
}
