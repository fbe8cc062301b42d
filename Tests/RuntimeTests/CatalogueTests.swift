import Foundation
import Runtime
import Testing

/// Libraries below Runtime name their metrics themselves: their code, against the catalogue.
///
/// What uses the catalogue's own instruments is checked when it records, in debug builds, and what real processes show is by the tests
/// of the pipeline.
@Suite struct MetricCatalogueTests {
    private static let sources = URL(
        fileURLWithPath: "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Sources"
    ).resolvingSymlinksInPath().path

    /// A file that records under names of its own, and what its text says of them.
    private struct Recorder {
        var file: String
        var metrics: Set<String>
        var attributes: Set<String>
    }

    private static func recorders() throws -> [Recorder] {
        let metric = try Regex(#"label: "((?:http|messaging|db|switchboard|process|otel)\.[a-z_.]+)""#, as: (Substring, Substring).self)
        let attribute = try Regex(#"\("([a-z][a-z_]*(?:\.[a-z_]+)*)", "#, as: (Substring, Substring).self)
        var recorders: [Recorder] = []
        let files = FileManager.default.enumerator(atPath: sources)?.compactMap { $0 as? String } ?? []
        for file in files where file.hasSuffix(".swift") && !file.hasPrefix("Runtime/") {
            let text = try String(contentsOfFile: "\(sources)/\(file)", encoding: .utf8)
            guard text.contains("import Metrics\n") || text.contains("import CoreMetrics\n") else { continue }
            let metrics = Set(text.matches(of: metric).map { String($0.output.1) })
            guard !metrics.isEmpty else { continue }
            recorders.append(
                Recorder(file: file, metrics: metrics, attributes: Set(text.matches(of: attribute).map { String($0.output.1) })))
        }
        return recorders
    }

    @Test func whatLibrariesRecordIsInIt() throws {
        let known = Dictionary(MetricCatalogue.all.map { ($0.name, $0) }) { first, _ in first }
        let recorders = try Self.recorders()
        // AMQP, HTTPClient, Postgres, WorkerKit.
        #expect(recorders.count >= 4)
        for recorder in recorders {
            let unknown = recorder.metrics.filter { known[$0] == nil }
            #expect(unknown.isEmpty, "\(recorder.file): \(unknown)")
            let attributes = Set(recorder.metrics.flatMap { known[$0]?.attributes ?? [] })
            let stray = recorder.attributes.subtracting(attributes)
            #expect(stray.isEmpty, "\(recorder.file): \(stray)")
        }
    }

    @Test func everyMetricOfTheBrokerAndTheDatabaseIsRecordedSomewhere() throws {
        let recorded = Set(try Self.recorders().flatMap(\.metrics))
        for metric in MetricCatalogue.messaging + MetricCatalogue.database where metric.name != MetricCatalogue.effectsSwept.name {
            #expect(recorded.contains(metric.name), "\(metric.name)")
        }
    }
}
