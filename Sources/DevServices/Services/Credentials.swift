package import JSON

/// User name and random password of a private service, kept beside its data in a file only its owner can read.
package struct Credentials: Sendable, Hashable {
    package let user: String
    package let password: String

    /// Those in the file, or new ones, which are then in the file.
    ///
    /// - Throws: ``DevServicesError``: `corrupt` when the file holds something else, `system` when it can't be read or written.
    package static func loadOrCreate(_ path: String, user: String) throws(DevServicesError) -> Credentials {
        if Files.exists(path) {
            do {
                return try Credentials(jsonBytes: Files.read(path))
            } catch let error as DevServicesError {
                throw error
            } catch {
                throw DevServicesError(
                    .corrupt, "\(path) does not hold credentials",
                    remedy: "`./switchboard reset` starts anew; it removes the data of the private services.", cause: error)
            }
        }
        let credentials = Credentials(user: user, password: RandomText.alphanumeric())
        try Files.write(String(decoding: credentials.jsonBytes, as: UTF8.self) + "\n", to: path, mode: 0o600)
        return credentials
    }
}

extension Credentials: JSONCodable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("user", user)
            json.member("password", password)
        }
    }

    package init(json: JSON) throws(JSONError) {
        user = try json.required("user")
        password = try json.required("password")
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "\(user) (password hidden)" }
    package var debugDescription: String { description }
}

extension String {
    /// Percent-encoded for any part of a URL: all but unreserved characters.
    var urlEncoded: String {
        utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default:
                "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
