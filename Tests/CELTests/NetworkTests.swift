import CEL
import Testing

@Suite("CEL addresses, sets and blocks")
struct NetworkTests {
    static let environment = CELEnvironment(library: .standard.adding(.networking).adding(.blocks))

    @Test(
        "true statements",
        arguments: [
            "ip('10.1.2.3').family() == 4", "string(ip('2001:DB8:0:0:1:0:0:1')) == '2001:db8::1:0:0:1'", "string(ip('::')) == '::'",
            "string(ip('1:0:0:2:0:0:0:3')) == '1:0:0:2::3'", "string(ip('1:2:3:4:5:6:7:8')) == '1:2:3:4:5:6:7:8'",
            "string(ip('1:0:3:4:5:6:7:8')) == '1:0:3:4:5:6:7:8'", "ip('::ffff:a01:203') == ip('10.1.2.3')",
            "ip('::a01:203') != ip('10.1.2.3')",
            "!isIP('10.1.2')", "!isIP('10.1.2.256')", "!isIP('10.01.2.3')", "!isIP('::1%eth0')", "!isIP('1::2::3')",
            "!isIP('1:2:3:4:5:6:7')",
            "!isIP('1:2:3:4:5:6:7:8:9')", "!isIP(':1')", "!isIP('1:')", "!isIP('12345::')", "!isIP('')", "isIP('64:ff9b::1.2.3.4')",
            "ip.isCanonical('::1')", "!ip.isCanonical('0::1')", "ip('239.1.1.1').isGlobalUnicast() == false",
            "ip('10.0.0.1').isGlobalUnicast()",
            "cidr('10.1.0.0/16').containsIP('10.1.255.255')", "!cidr('10.1.0.0/16').containsIP('10.2.0.0')",
            "cidr('0.0.0.0/0').containsIP('1.1.1.1')",
            "!cidr('0.0.0.0/0').containsIP('::1')", "cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8')",
            "cidr('fe80::/10').prefixLength() == 10",
            "cidr('10.0.0.0/8').containsCIDR('10.9.0.0/16') && !cidr('10.9.0.0/16').containsCIDR('10.0.0.0/8')", "isCIDR('::/0')",
            "!isCIDR('::/129')",
            "!isCIDR('10.0.0.0/33')", "!isCIDR('10.0.0.0')", "!isCIDR('10.0.0.0/')", "!isCIDR('10.0.0.0/08')",
            "string(cidr('10.1.2.3/8')) == '10.1.2.3/8'",
            "type(ip('::1')) == net.IP", "sets.contains([1, 2, 3], [2u, 3.0])", "!sets.contains([1], [1, 2])",
            "sets.equivalent([1, 1, 2], [2, 1])",
            "!sets.equivalent([1], [1, 2])", "sets.intersects([[1], [2]], dyn([[2.0]]))", "!sets.intersects([], [1])",
            "cel.block([[1, 2], size(cel.index(0)) + 1], cel.index(1) * 2) == 6",
            "[1, 2].map(cel.iterVar(0, 0), cel.iterVar(0, 0) * 2) == [2, 4]",
        ])
    func holds(_ source: String) throws {
        #expect(try evaluate(source, in: Self.environment) == .bool(true))
    }

    @Test("what is no address is an error", arguments: ["ip('x')", "cidr('10.0.0.0')", "ip.isCanonical('1.2.3')"])
    func fails(_ source: String) throws {
        #expect(try failure(source, in: Self.environment)?.code == .invalidArgument)
    }

    @Test("every function has documentation")
    func documented() {
        #expect(Self.environment.functions.allSatisfy { $0.name.contains("_") || $0.name.hasPrefix("@") || !$0.documentation.isEmpty })
    }
}
