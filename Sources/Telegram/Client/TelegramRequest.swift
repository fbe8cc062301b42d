public import JSON

/// A call of a Bot API method.
public struct TelegramRequest: Sendable {
    /// A file that goes along with the call.
    public struct Upload: Sendable, Hashable {
        /// The name under which a parameter refers to it: `attach://<name>`.
        public var name: String
        /// Where it lies on this machine.
        public var path: String

        public init(name: String, path: String) {
            self.name = name
            self.path = path
        }
    }

    public var method: String
    public var parameters: JSONObject
    /// Without uploads the call is a JSON document, with them a multipart form.
    public var uploads: [Upload]

    public init(_ method: String, _ parameters: JSONObject = JSONObject(), uploads: [Upload] = []) {
        self.method = method
        self.parameters = parameters
        self.uploads = uploads
    }
}
