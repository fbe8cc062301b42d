import JSON

/// Reads parameters from a request: the query string, and a body in one of the three encodings that the server takes.
package enum RequestParser {
    /// Parameters that one request may carry; keeps hostile input bounded.
    package static let maximumParameters = 1_000

    /// - Throws: 400 for a body that is not what its content type says, 415 for other content types.
    package static func parse(query: String?, contentType: String?, body: [UInt8]) throws(APIFailure) -> Parameters {
        var parameters = Parameters()
        if let query, !query.isEmpty { try URLEncoded.parse(Array(query.utf8), into: &parameters) }
        guard !body.isEmpty else { return parameters }
        let type = contentType ?? ""
        let media = type.prefix { $0 != ";" }.lowercased().trimmingSpaces
        switch media {
        case "application/x-www-form-urlencoded": try URLEncoded.parse(body, into: &parameters)
        case "multipart/form-data": try Multipart.parse(body, contentType: type, into: &parameters)
        case "application/json": try parseJSON(body, into: &parameters)
        default: throw APIFailure(415, "Unsupported Media Type: unsupported content-type")
        }
        return parameters
    }

    private static func parseJSON(_ body: [UInt8], into parameters: inout Parameters) throws(APIFailure) {
        let json: JSON
        do throws(JSONError) { json = try JSON(parsing: body) } catch {
            throw .badRequest("can't parse request JSON object")
        }
        guard case .object(let object) = json else { throw .badRequest("expected an Object as the request") }
        guard object.members.count <= maximumParameters else { throw .badRequest("too many parameters") }
        for member in object.members { parameters.add(member.key, member.value) }
    }
}
