import BotLanguage
import Glibc
import Testing

/// Files as they lie on a disk: of any encoding, size and kind.
@Suite final class DefinitionFileTests {
    private let folder: String

    init() throws {
        var template = Array("/tmp/definition-XXXXXX".utf8CString)
        folder = String(cString: try #require(mkdtemp(&template)))
    }

    deinit { rmdir(folder) }

    private let valid = Array("bot: b\nscreens:\n  home:\n    text: hi\n".utf8)

    /// What is said about a file with these bytes; empty when it can run.
    private func mistakes(_ bytes: [UInt8], beside: [String] = []) throws -> String {
        let path = folder + "/bot.yaml"
        for name in ["bot.yaml"] + beside {
            let file = try #require(fopen("\(folder)/\(name)", "wb"))
            fwrite(bytes, 1, bytes.count, file)
            fclose(file)
        }
        defer { for name in ["bot.yaml"] + beside { unlink("\(folder)/\(name)") } }
        return mistakes(at: path)
    }

    private func mistakes(at path: String) -> String {
        do throws(DefinitionError) {
            _ = try Definition(file: path)
            return ""
        } catch {
            return error.description.split(separator: folder).joined()
        }
    }

    @Test func readsUTF8WithAndWithoutAMark() throws {
        defer { rmdir(folder) }
        #expect(try mistakes(valid) == "")
        #expect(try mistakes([0xEF, 0xBB, 0xBF] + valid) == "")
    }

    @Test func saysWhereAFileIsNotUTF8() throws {
        defer { rmdir(folder) }
        #expect(
            try mistakes(Array("bot: b\nscreens:\n  home:\n    text: né caf".utf8) + [0xE9, 0x0A])
                == "/bot.yaml:4:17: this character is not UTF-8; save the file as UTF-8")
        #expect(try mistakes([0xFF, 0xFE, 0x62, 0]) == "/bot.yaml:1:1: the file is UTF-16; save it as UTF-8")
    }

    @Test func refusesWhatIsTooLargeWithoutReadingItAll() throws {
        defer { rmdir(folder) }
        #expect(mistakes(at: "/dev/zero") == "/dev/zero:1:1: the file has more than 1048576 bytes, which is all that is allowed")
        #expect(try mistakes([UInt8](repeating: 0x23, count: 1 << 20)).contains("the file is empty"))
    }

    @Test func saysWhyAFileCantBeRead() {
        defer { rmdir(folder) }
        #expect(mistakes(at: folder + "/none.yaml") == "/none.yaml:1:1: can't be read: No such file or directory")
        #expect(mistakes(at: folder).contains("can't be read: Is a directory"))
    }

    @Test func filesToBeSentMustBeThere() throws {
        defer { rmdir(folder) }
        let photo = Array("bot: b\nscreens:\n  home:\n    photo: tea.png\n".utf8)
        #expect(
            try mistakes(photo) == "/bot.yaml:4:12: the bot's folder has no file 'tea.png'; put it beside the definition, or write a URL")
        #expect(try mistakes(photo, beside: ["tea.png"]) == "")
    }
}
