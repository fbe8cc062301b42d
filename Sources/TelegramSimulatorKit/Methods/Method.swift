import JSON

/// One method of the Bot API: its name, its parameters and what it does to the world.
package struct Method: Sendable {
    /// Throws ``APIFailure`` only; closures in the table can't say so without spelling out their signatures.
    typealias Body = @Sendable (inout World, Call) throws -> APIAnswer

    package let name: String
    package let parameters: [Parameter]
    let body: Body
    /// Structured parameters that no method looks into: only their form is checked, and that here.
    let formOnly: [Parameter]

    private static let formOnlyNames: Set<String> = [
        "link_preview_options", "suggested_post_parameters", "ephemeral_message_parameters", "explanation_media", "country_codes",
        "description_entities", "rich_message",
    ]

    init(_ name: String, _ parameters: [Parameter], _ body: @escaping Body) {
        self.name = name
        self.parameters = parameters
        self.body = body
        formOnly = parameters.filter { Self.formOnlyNames.contains($0.name) }
    }

    package struct Parameter: Sendable, Hashable {
        package enum Kind: Sendable, Hashable {
            case integer, float, boolean, string
            /// `Integer or String`: an id or `@username`.
            case chat
            /// `InputFile or String`: an upload, a file id or a URL.
            case file
            /// An object of this type, as JSON.
            case object(String)
            case array(of: String)
        }

        package let name: String
        package let kind: Kind
        package let isRequired: Bool
        /// The server's text when it is missing.
        let missing: String

        private init(_ name: String, _ kind: Kind, required: Bool, missing: String? = nil) {
            self.name = name
            self.kind = kind
            isRequired = required
            self.missing = missing ?? "parameter \"\(name)\" is required"
        }

        static func required(_ name: String, _ kind: Kind, missing: String? = nil) -> Parameter {
            Parameter(name, kind, required: true, missing: missing)
        }

        static func optional(_ name: String, _ kind: Kind) -> Parameter { Parameter(name, kind, required: false) }
    }
}

/// A call on its way.
package struct Call: Sendable {
    package let bot: BotID
    package let parameters: Parameters

    package init(bot: BotID, parameters: Parameters) {
        self.bot = bot
        self.parameters = parameters
    }
}

extension World {
    /// Carries out a call.
    ///
    /// - Parameter method: in any case.
    package mutating func call(_ method: String, bot: BotID, _ parameters: Parameters) -> PollOutcome {
        let name = method.lowercased()
        guard let method = MethodTable.byName[name] else {
            statistics.countRequest("unknown", status: 404)
            return .answer(.failure(.methodNotFound))
        }
        if name == "getupdates" {
            let outcome = beginPoll(bot, parameters)
            if case .answer(let answer) = outcome { statistics.countRequest(method.name, status: answer.status) }
            return outcome
        }
        let answer: APIAnswer
        do {
            for parameter in method.parameters where parameter.isRequired && parameter.isMissing(in: parameters) {
                throw APIFailure.badRequest(parameter.missing)
            }
            for parameter in method.formOnly { try parameter.checkForm(in: parameters) }
            answer = try method.body(&self, Call(bot: bot, parameters: parameters))
        } catch {
            answer = .failure(error as? APIFailure ?? APIFailure(500, "Internal Server Error"))
        }
        statistics.countRequest(method.name, status: answer.status)
        return .answer(answer)
    }

    /// Counts an answer that was not the method's own, such as an injected one.
    package mutating func countRequest(_ method: String, _ answer: APIAnswer) {
        statistics.countRequest(MethodTable.byName[method.lowercased()]?.name ?? "unknown", status: answer.status)
    }
}

extension Method.Parameter {
    fileprivate func isMissing(in parameters: Parameters) -> Bool {
        if kind == .file, parameters.uploads[name] != nil { return false }
        return parameters.text(name) == nil
    }

    fileprivate func checkForm(in parameters: Parameters) throws(APIFailure) {
        let words = name.replacing("_", with: " ")
        guard let json = try parameters.json(name, words) else { return }
        switch kind {
        case .object where json.object == nil: throw .badRequest("object expected as \(words)")
        case .array(let type) where json.array == nil: throw .badRequest("expected an Array of \(type)")
        default: return
        }
    }
}
