import Dialog
import Files
import Gateway
import OperationKit
import Runtime
import Scheduler
import Sender
import TelegramSimulator
import TestSupport
import Testing

/// The tables in `docs/settings.md` against the declarations in the code; those of every process are compared by Runtime's own tests.
///
/// One after the other: with `UPDATE_DOCS=1` each rewrites the same document.
@Suite struct SettingsDocumentationTests {
    @Test func gateway() throws { try check(GatewaySettings.self, "settings of the gateway") }

    @Test func dialog() throws { try check(DialogSettings.self, "settings of the dialog worker") }

    @Test func sender() throws { try check(SenderSettings.self, "settings of the sender") }

    @Test func scheduler() throws { try check(SchedulerSettings.self, "settings of the scheduler") }

    @Test func workers() throws { try check(OperationSettings.self, "settings of workers") }

    @Test func files() throws { try check(FilesSettings.self, "settings of files") }

    @Test func simulator() throws { try check(SimulatorSettings.self, "settings of the simulated Telegram") }

    /// Otherwise a setting that is there would be told of as one that nobody reads.
    @Test func everyVariableIsKnown() {
        let declared =
            Settings<ProcessSettings>.declarations() + Settings<GatewaySettings>.declarations() + Settings<DialogSettings>.declarations()
            + Settings<SchedulerSettings>.declarations() + Settings<SenderSettings>.declarations()
            + Settings<SimulatorSettings>.declarations() + Settings<OperationSettings>.declarations()
            + Settings<FilesSettings>.declarations()
        #expect(KnownVariables.settings == Set(declared.map(\.variable)))
    }

    /// Besides the table: with its own settings and those of every process together, nothing is declared in two ways.
    private func check<Group: SettingsGroup>(_ group: Group.Type, _ section: String) throws {
        #expect(Settings<SettingsPair<ProcessSettings, Group>>.conflicts() == [])
        let table = SettingsTable.markdown(Settings<Group>.declarations())
        #expect(try DocumentSection(section, in: "docs/settings.md").difference(from: table) == nil)
    }
}
