import Contracts
import JSON
import OperationKit

extension OperationContract {
    static let greet = OperationContract(
        "greeter.greet", worker: "greeter", "Greets people, one after another.",
        arguments: [
            OperationField("names", .list(.string), maximum: 100, "Who is greeted."),
            OperationField("loud", .bool, isOptional: true, "Whether it is shouted; `false` by default."),
        ],
        progress: [OperationField("greeted", .int, "How many have been greeted.")],
        result: [OperationField("text", .string, "The greetings.")],
        failures: [.init("nobody", "There is nobody to greet.")], timeout: .seconds(30))
}

struct Greeter {
    static func main() async {
        await OperationProcess.run("greeter") { _ in [greet] }
    }

    static let greet = OperationHandler(.greet) { call in
        let names: [String] = try call.arguments.list("names")
        let isLoud: Bool = try call.arguments.optional("loud") ?? false
        guard !names.isEmpty else { throw OperationFailure("nobody", "There is nobody to greet.") }
        var greetings: [String] = []
        for name in names {
            greetings.append(isLoud ? "HELLO, \(name.uppercased())!" : "Hello, \(name)!")
            await call.progress(["greeted": .int(Int64(greetings.count))])
        }
        return ["text": .string(greetings.joined(separator: " "))]
    }
}
