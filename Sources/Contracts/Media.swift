public import JSON

/// What a file is to the platform.
public enum MediaKind: String, Sendable, Hashable, CaseIterable, JSONCodable {
    case photo, audio, document, video, animation, voice, sticker
    case videoNote = "video_note"
}

/// A file that a platform keeps.
public struct File: Sendable, Hashable, JSONCodable {
    /// To send or fetch it again; valid for this bot only.
    public var id: String
    /// The same for every bot, useless for sending.
    public var uniqueID: String?
    public var name: String?
    public var mimeType: String?
    /// In bytes; nil when the platform didn't say.
    public var size: Int64?
    /// In pixels.
    public var width: Int?
    public var height: Int?
    /// In seconds.
    public var duration: Int?

    public init(
        id: String, uniqueID: String? = nil, name: String? = nil, mimeType: String? = nil, size: Int64? = nil, width: Int? = nil,
        height: Int? = nil, duration: Int? = nil
    ) {
        self.id = id
        self.uniqueID = uniqueID
        self.name = name
        self.mimeType = mimeType
        self.size = size
        self.width = width
        self.height = height
        self.duration = duration
    }

    public init(json: JSON) throws(JSONError) {
        id = try json.required("id")
        uniqueID = try json.optional("unique_id")
        name = try json.optional("name")
        mimeType = try json.optional("mime_type")
        size = try json.optional("size")
        width = try json.optional("width")
        height = try json.optional("height")
        duration = try json.optional("duration")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("unique_id", uniqueID)
            $0.member("name", name)
            $0.member("mime_type", mimeType)
            $0.member("size", size)
            $0.member("width", width)
            $0.member("height", height)
            $0.member("duration", duration)
        }
    }
}

/// Where the content of a file to be sent comes from.
public enum FileSource: Sendable, Hashable, JSONCodable {
    /// A file that the platform keeps already (``File/id``).
    case id(String)
    /// The platform fetches it.
    case url(String)
    /// A file in the bot's folder, by its path relative to it; the sender uploads it.
    case asset(String)
    /// An object of the store, uploaded by the sender. With an id, that of the platform, it is tried by that first.
    case stored(key: String, id: String?)

    public init(json: JSON) throws(JSONError) {
        if let key: String = try json.optional("key") {
            self = .stored(key: key, id: try json.optional("id"))
        } else if let id: String = try json.optional("id") {
            self = .id(id)
        } else if let url: String = try json.optional("url") {
            self = .url(url)
        } else {
            self = .asset(try json.required("asset"))
        }
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            switch self {
            case .id(let id): $0.member("id", id)
            case .url(let url): $0.member("url", url)
            case .asset(let path): $0.member("asset", path)
            case .stored(let key, let id):
                $0.member("key", key)
                $0.member("id", id)
            }
        }
    }
}
