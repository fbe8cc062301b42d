import HTTPClient

extension PipelineHarness {
    /// The sum of a counter over all its series; 0 when there is none yet.
    func metric(_ name: String, of part: Part, _ client: HTTPClient) async throws -> Double {
        let response = try await client.execute(HTTPRequest(.get, adminURL(part) + "/metrics"))
        var sum = 0.0
        for line in String(decoding: response.body, as: UTF8.self).split(separator: "\n") {
            guard line.hasPrefix(name), let rest = line.dropFirst(name.count).first, rest == "{" || rest == " ",
                let value = line.split(separator: " ").last.flatMap({ Double($0) })
            else { continue }
            sum += value
        }
        return sum
    }
}
