import Runtime
import TestSupport
import Testing

@Suite struct DocumentationTests {
    @Test func settings() throws {
        let table = SettingsTable.markdown(Settings<ProcessSettings>.declarations())
        #expect(try DocumentSection("settings of every process", in: "docs/settings.md").difference(from: table) == nil)
    }

    @Test func metrics() throws {
        #expect(try DocumentSection("metrics", in: "docs/observability.md").difference(from: MetricCatalogue.markdown()) == nil)
    }

    @Test func namesAreUnique() {
        #expect(Set(MetricCatalogue.all.map(\.name)).count == MetricCatalogue.all.count)
    }
}
