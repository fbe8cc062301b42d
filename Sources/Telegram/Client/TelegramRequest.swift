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

    /// A file that is kept in the object store.
    public struct Stored: Sendable, Hashable {
        /// In the store.
        public var key: String
        /// What stands for it among the parameters.
        public var text: String
        /// Whether that is an id of the platform, with which it may be sent.
        public var isKnownToPlatform: Bool

        public init(key: String, text: String, isKnownToPlatform: Bool) {
            self.key = key
            self.text = text
            self.isKnownToPlatform = isKnownToPlatform
        }
    }

    public var method: String
    public var parameters: JSONObject
    /// Without uploads the call is a JSON document, with them a multipart form.
    public var uploads: [Upload]
    /// Files that can be uploaded from the object store where the platform doesn't know them.
    public var stored: [Stored] = []

    public init(_ method: String, _ parameters: JSONObject = JSONObject(), uploads: [Upload] = []) {
        self.method = method
        self.parameters = parameters
        self.uploads = uploads
    }

    /// The same with a file of the store as an upload.
    public func uploading(_ file: Stored, path: String) -> TelegramRequest {
        var request = self
        let upload = Upload(name: "stored\(uploads.count)", path: path)
        request.uploads.append(upload)
        request.stored.removeAll { $0 == file }
        request.parameters = Self.replacing(file.text, by: "attach://\(upload.name)", in: parameters)
        return request
    }

    private static func replacing(_ text: String, by other: String, in object: JSONObject) -> JSONObject {
        JSONObject(object.members.map { ($0.key, replacing(text, by: other, in: $0.value)) })
    }

    private static func replacing(_ text: String, by other: String, in json: JSON) -> JSON {
        switch json {
        case .string(text): .string(other)
        case .array(let elements): .array(elements.map { replacing(text, by: other, in: $0) })
        case .object(let object): .object(replacing(text, by: other, in: object))
        default: json
        }
    }
}
