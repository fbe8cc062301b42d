package typealias FileID = String

package struct StoredFile: Sendable {
    package let id: FileID
    package let uniqueID: String
    package let kind: Media.Kind
    package let name: String
    package let contentType: String
    /// `documents/file_12.txt`
    package let path: String
    package let size: Int
    /// Pixels of an image.
    package let dimensions: ImageDimensions?
    /// Nil when the space for files was needed for newer ones.
    package var bytes: [UInt8]?
}

/// The files that were ever sent; the newest keep their bytes.
package struct FileStore: Sendable {
    private var files: [FileID: StoredFile] = [:]
    private var byPath: [String: FileID] = [:]
    private var withBytes: [FileID] = []
    private var oldest = 0
    private var total = 0
    private let capacity: Int

    /// - Parameter capacity: bytes of content kept at most.
    init(capacity: Int) { self.capacity = capacity }

    package subscript(id: FileID) -> StoredFile? { files[id] }

    package func file(path: String) -> StoredFile? { byPath[path].flatMap { files[$0] } }

    mutating func add(_ upload: Upload, as kind: Media.Kind, random: inout SeededRandom) -> StoredFile {
        let number = files.count
        let name = upload.name.split(separator: "/").last.map(String.init) ?? "file"
        let suffix =
            name.lastIndex(of: ".").map { String(name[$0...].filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") }) } ?? ""
        let file = StoredFile(
            id: "\(kind.fileIDPrefix)\(String(random.next(), radix: 36))\(String(random.next(), radix: 36))-\(number)",
            uniqueID: "AQAD\(String(random.next(), radix: 36))", kind: kind, name: name,
            contentType: upload.contentType ?? "application/octet-stream",
            path: "\(kind.folder)/file_\(number)\(suffix)", size: upload.bytes.count,
            dimensions: ImageDimensions(of: upload.bytes), bytes: upload.bytes)
        files[file.id] = file
        byPath[file.path] = file.id
        withBytes.append(file.id)
        total += file.size
        makeRoom()
        return file
    }

    private mutating func makeRoom() {
        while total > capacity, oldest < withBytes.count - 1 {
            let id = withBytes[oldest]
            total -= files[id]?.size ?? 0
            files[id]?.bytes = nil
            oldest += 1
        }
    }
}

extension Media.Kind {
    var fileIDPrefix: String {
        switch self {
        case .photo: "AgACAgIAAxk"
        case .audio: "CQACAgIAAxk"
        case .document: "BQACAgIAAxk"
        case .video: "BAACAgIAAxk"
        case .animation: "CgACAgIAAxk"
        case .voice: "AwACAgIAAxk"
        case .videoNote: "DQACAgIAAxk"
        case .sticker: "CAACAgIAAxk"
        }
    }

    var folder: String {
        switch self {
        case .photo: "photos"
        case .audio: "music"
        case .document: "documents"
        case .video: "videos"
        case .animation: "animations"
        case .voice: "voice"
        case .videoNote: "video_notes"
        case .sticker: "stickers"
        }
    }

    /// As the server's errors call it.
    package var title: String {
        switch self {
        case .photo: "Photo"
        case .audio: "Audio"
        case .document: "Document"
        case .video: "Video"
        case .animation: "Animation"
        case .voice: "VoiceNote"
        case .videoNote: "VideoNote"
        case .sticker: "Sticker"
        }
    }
}
