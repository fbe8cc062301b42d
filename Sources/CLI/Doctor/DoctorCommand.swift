import ArgumentParser
import JSON

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says what is missing or broken on this machine, and how to mend it.",
        discussion: """
            Changes nothing. Exit code: 0 nothing stands in the way, 1 something does.

            Examples:
              ./switchboard doctor
              ./switchboard doctor --output json | jq '.[] | select(.level != "ok")'
            """)

    @OptionGroup var output: OutputOption

    func run() async throws {
        let checkout = try Checkout.locate()
        let findings = await Doctor(checkout: checkout).examine()
        output.print(
            text: findings.map { $0.text(colours: Terminal.coloursOnOutput) }.joined(separator: "\n"),
            json: .array(findings.map(\.json)))
        if findings.contains(where: { $0.level == .problem }) { throw ExitCode(1) }
    }
}
