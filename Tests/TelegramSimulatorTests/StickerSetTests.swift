import JSON
import TelegramSimulatorKit
import Testing

@Suite struct StickerSetTests {
    private static let sticker: JSON = ["sticker": "attach://s", "format": "static", "emoji_list": ["🐱"]]
    private static func upload(_ width: UInt16 = 512, _ height: UInt16 = 400) -> [String: Upload] {
        ["s": Upload(name: "s.png", contentType: "image/png", bytes: Pictures.png(width, height))]
    }

    private func create(_ stage: inout Stage, _ changes: [(String, JSON)] = [], _ uploads: [String: Upload] = upload()) throws -> String {
        var object = JSONObject([
            ("user_id", .int(stage.ann.id)), ("name", "cats_by_demo_bot"), ("title", "Cats"), ("stickers", [Self.sticker]),
        ])
        for (name, value) in changes { object[name] = value }
        return try stage.refusal("createNewStickerSet", .object(object), uploads: uploads)
    }

    @Test(
        arguments: [
            ("name", "cats", "invalid sticker set name is specified"), ("name", "1_by_demo_bot", "invalid sticker set name is specified"),
            ("title", " ", "sticker set title must be non-empty"), ("user_id", 5, "user not found"), ("stickers", [], "STICKERS_EMPTY"),
            ("stickers", [["sticker": "attach://s", "format": "static", "emoji_list": ["cat"]]], "STICKER_EMOJI_INVALID"),
            ("stickers", [["sticker": "attach://s", "format": "odd", "emoji_list": ["🐱"]]], "invalid sticker format specified"),
            ("stickers", [["sticker": "attach://s", "format": "animated", "emoji_list": ["🐱"]]], "STICKER_TGS_NOTGS"),
            ("stickers", [["sticker": "nothing", "format": "static", "emoji_list": ["🐱"]]], "wrong file identifier/HTTP URL specified"),
            ("sticker_type", "custom_emoji", "STICKER_PNG_DIMENSIONS"), ("sticker_type", "odd", "unsupported sticker type specified"),
        ] as [(String, JSON, String)])
    func setsAreChecked(name: String, value: JSON, description: String) throws {
        var stage = try Stage()
        #expect(try create(&stage, [(name, value)]) == "Bad Request: \(description)")
        #expect(stage.world.stickers["cats_by_demo_bot"] == nil)
    }

    @Test func namesAreTakenWhateverTheirCase() throws {
        var stage = try Stage()
        #expect(try create(&stage) == "ok")
        #expect(try create(&stage, [("name", "CATS_by_Demo_Bot")]) == "Bad Request: sticker set name is already occupied")
    }

    @Test func onlyTheMakerChangesASet() throws {
        var stage = try Stage()
        #expect(try create(&stage) == "ok")
        let added = stage.world.addBot(name: "other", token: "77:x")
        let other = try #require(added)
        let set = try stage.result("getStickerSet", ["name": "cats_by_demo_bot"])
        let sticker = set["stickers"]?.array?.first?["file_id"] ?? ""
        for (method, parameters) in [
            ("deleteStickerSet", ["name": "cats_by_demo_bot"]), ("deleteStickerFromSet", ["sticker": sticker]),
            ("setStickerEmojiList", ["sticker": sticker, "emoji_list": ["🐱"]]),
        ] as [(String, JSON)] {
            #expect(try stage.call(method, parameters, as: other)["description"] == "Bad Request: STICKERSET_INVALID", "\(method)")
        }
    }

    @Test func theOrderChangesAndTheLastStickerTakesTheSetAlong() throws {
        var stage = try Stage()
        let stickers: JSON = .array((0..<3).map { _ in Self.sticker })
        #expect(try create(&stage, [("stickers", stickers)]) == "ok")
        let files: () throws -> [JSON] = {
            try stage.result("getStickerSet", ["name": "cats_by_demo_bot"])["stickers"]?.array?.compactMap { $0["file_id"] } ?? []
        }
        let before = try files()
        _ = try stage.result("setStickerPositionInSet", ["sticker": before[0], "position": 9])
        #expect(try files() == [before[1], before[2], before[0]])
        for file in before { _ = try stage.result("deleteStickerFromSet", ["sticker": file]) }
        #expect(try stage.refusal("getStickerSet", ["name": "cats_by_demo_bot"]) == "Bad Request: STICKERSET_INVALID")
        #expect(try create(&stage) == "ok")
    }

    @Test func aSetHasAHundredAndTwentyAtMost() throws {
        var stage = try Stage()
        let stickers: JSON = .array((0..<50).map { _ in Self.sticker })
        #expect(try create(&stage, [("stickers", stickers)]) == "ok")
        let add: JSON = ["user_id": .int(stage.ann.id), "name": "cats_by_demo_bot", "sticker": Self.sticker]
        for _ in 50..<120 { _ = try stage.result("addStickerToSet", add, uploads: Self.upload()) }
        #expect(try stage.refusal("addStickerToSet", add, uploads: Self.upload()) == "Bad Request: STICKERS_TOO_MUCH")
    }
}
