extension CELLibrary {
    static let ipType = CELType.opaque("net.IP", [])
    static let networkType = CELType.opaque("net.CIDR", [])

    /// Addresses and networks of IPv4 and IPv6.
    static let network: [CELFunction] = [
        CELFunction(
            "ip", documentation: "An IP address from text; the address of a network as it was written.",
            .global([.string], returns: ipType, .unary { try address(try $0.asString()).value }),
            .receiver([networkType], returns: ipType, .unary { try IPNetwork($0).address.value })),
        CELFunction(
            "isIP", documentation: "Whether the text is an IP address.",
            .global([.string], returns: .bool, .unary { .bool(IPAddress(try $0.asString()) != nil) })),
        CELFunction(
            "ip.isCanonical", documentation: "Whether an IP address is written in its canonical form.",
            .global(
                [.string], returns: .bool,
                .unary { value in
                    let text = try value.asString()
                    return .bool(try address(text).description == text)
                })),
        CELFunction(
            "family", documentation: "4 or 6.",
            .receiver([ipType], returns: .int, .unary { .int(try IPAddress($0).isV4 ? 4 : 6) })),
        property("isUnspecified", "Whether the address is all zeros.", \.isUnspecified),
        property("isLoopback", "Whether the address is the machine's own.", \.isLoopback),
        property("isGlobalUnicast", "Whether the address is one of a single machine, private ones included.", \.isGlobalUnicast),
        property("isLinkLocalMulticast", "Whether the address is that of a group on the same link.", \.isLinkLocalMulticast),
        property("isLinkLocalUnicast", "Whether the address holds on its link only.", \.isLinkLocalUnicast),
        CELFunction(
            "cidr", documentation: "A network from text such as '10.0.0.0/8'.",
            .global([.string], returns: networkType, .unary { try network(try $0.asString()).value })),
        CELFunction(
            "isCIDR", documentation: "Whether the text is a network.",
            .global([.string], returns: .bool, .unary { .bool(IPNetwork(try $0.asString()) != nil) })),
        CELFunction(
            "containsIP", documentation: "Whether the address lies in the network.",
            .receiver(
                [networkType, ipType], returns: .bool, .binary { .bool(try IPNetwork($0).contains(try IPAddress($1))) }),
            .receiver(
                [networkType, .string], returns: .bool,
                .binary { .bool(try IPNetwork($0).contains(try address(try $1.asString()))) })),
        CELFunction(
            "containsCIDR", documentation: "Whether all of the other network lies in this one.",
            .receiver(
                [networkType, networkType], returns: .bool, .binary { .bool(try IPNetwork($0).contains(try IPNetwork($1))) }),
            .receiver(
                [networkType, .string], returns: .bool,
                .binary { .bool(try IPNetwork($0).contains(try network(try $1.asString()))) })),
        CELFunction(
            "masked", documentation: "The network with the bits behind its prefix cleared.",
            .receiver(
                [networkType], returns: networkType,
                .unary { value in
                    let network = try IPNetwork(value)
                    return IPNetwork(address: network.address.masked(to: network.prefix), prefix: network.prefix).value
                })),
        CELFunction(
            "prefixLength", documentation: "How many leading bits the network's addresses share.",
            .receiver([networkType], returns: .int, .unary { .int(Int64(try IPNetwork($0).prefix)) })),
        CELFunction(
            "string",
            .global([ipType], returns: .string, .unary { .string(try IPAddress($0).description) }),
            .global(
                [networkType], returns: .string,
                .unary { value in
                    let network = try IPNetwork(value)
                    return .string("\(network.address)/\(network.prefix)")
                })),
    ]

    private static func property(
        _ name: String, _ documentation: String, _ test: @escaping @Sendable (IPAddress) -> Bool
    ) -> CELFunction {
        CELFunction(
            name, documentation: documentation,
            .receiver([ipType], returns: .bool, .unary { .bool(test(try IPAddress($0))) }))
    }

    private static func address(_ text: String) throws(CELError) -> IPAddress {
        guard let address = IPAddress(text) else { throw .invalid("the text is no IP address") }
        return address
    }

    private static func network(_ text: String) throws(CELError) -> IPNetwork {
        guard let network = IPNetwork(text) else { throw .invalid("the text is no network such as '10.0.0.0/8'") }
        return network
    }
}

// As values of the language: objects whose fields no expression can name.
extension IPAddress {
    private static let shape = CELObject.Shape(type: "net.IP", fields: [" family", " high", " low"])

    fileprivate var value: CELValue {
        let (high, low) = (UInt64(truncatingIfNeeded: bits >> 64), UInt64(truncatingIfNeeded: bits))
        return .object(CELObject(shape: Self.shape, values: [.bool(isV4), .uint(high), .uint(low)]))
    }

    fileprivate init(_ value: CELValue) throws(CELError) {
        guard case .object(let object) = value, object.shape === Self.shape else { throw .expected("net.IP", value) }
        self.init(
            isV4: try object.values[0].asBool(),
            bits: UInt128(try object.values[1].asUInt()) << 64 | UInt128(try object.values[2].asUInt()))
    }
}

extension IPNetwork {
    private static let shape = CELObject.Shape(type: "net.CIDR", fields: [" address", " prefix"])

    fileprivate var value: CELValue {
        .object(CELObject(shape: Self.shape, values: [address.value, .int(Int64(prefix))]))
    }

    fileprivate init(_ value: CELValue) throws(CELError) {
        guard case .object(let object) = value, object.shape === Self.shape else { throw .expected("net.CIDR", value) }
        self.init(address: try IPAddress(object.values[0]), prefix: Int(try object.values[1].asInt()))
    }
}
