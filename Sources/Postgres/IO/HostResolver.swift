import CPostgres
import Glibc

/// One address to try: a host's name (for TLS and messages), its address, and the port.
struct HostAddress: Sendable, Hashable {
    var host: String
    var address: String
    var port: String
}

/// Looks host names up. libpq would do it inside PQconnectStart, blocking the I/O thread for as long as DNS takes.
enum HostResolver {
    /// What has to be looked up; empty when libpq needs no DNS (unix sockets, addresses given as numbers).
    static func names(in parameters: ConnectionParameters) -> [(host: String, port: String)] {
        guard parameters["hostaddr"] == nil, parameters["service"] == nil, let list = parameters["host"] else { return [] }
        let hosts = list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        // A list with sockets or defaults in it keeps libpq's own treatment.
        guard hosts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix("/") && !$0.hasPrefix("@") }) else { return [] }
        if hosts.allSatisfy(isNumeric) { return [] }
        let ports = (parameters["port"] ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return hosts.enumerated().map { index, host in
            (host, ports.count == 1 ? ports[0] : index < ports.count ? ports[index] : "")
        }
    }

    private static func isNumeric(_ host: String) -> Bool {
        var buffer = in6_addr()
        return inet_pton(AF_INET, host, &buffer) == 1 || inet_pton(AF_INET6, host, &buffer) == 1
    }

    /// Blocks. Throws when no name has an address.
    static func resolve(_ names: [(host: String, port: String)]) throws(PostgresError) -> [HostAddress] {
        var found: [HostAddress] = []
        var failure = ""
        for name in names {
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            let status = getaddrinfo(name.host, nil, &hints, &list)
            guard status == 0 else {
                failure = "\"\(name.host)\": \(String(cString: gai_strerror(status)))"
                continue
            }
            defer { freeaddrinfo(list) }
            var entry = list
            while let current = entry {
                var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
                if getnameinfo(
                    current.pointee.ai_addr, current.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
                {
                    let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                    let host = HostAddress(host: name.host, address: address, port: name.port)
                    if !found.contains(host) { found.append(host) }
                }
                entry = current.pointee.ai_next
            }
        }
        if found.isEmpty { throw PostgresError(.connection, "host not found: \(failure)") }
        return found
    }
}

extension Array where Element == (keyword: String, value: String) {
    /// The same keywords with every host replaced by its addresses.
    func replacingHosts(with addresses: [HostAddress]) -> Self {
        guard !addresses.isEmpty else { return self }
        return filter { !["host", "port", "hostaddr"].contains($0.keyword) } + [
            ("host", addresses.map(\.host).joined(separator: ",")),
            ("hostaddr", addresses.map(\.address).joined(separator: ",")),
            ("port", addresses.map(\.port).joined(separator: ",")),
        ]
    }
}
