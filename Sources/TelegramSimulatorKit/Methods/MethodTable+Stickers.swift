extension MethodTable {
    private static let setName = Method.Parameter.required("name", .string, missing: "STICKERSET_INVALID")
    private static let ofSet = Method.Parameter.required("sticker", .string, missing: "sticker is not specified")
    private static let input = Method.Parameter.required("sticker", .object("InputSticker"), missing: "sticker is empty")

    static let stickerSets: [Method] = [
        Method("getStickerSet", [setName]) { try $0.getStickerSet($1) },
        Method("getCustomEmojiStickers", [.required("custom_emoji_ids", .array(of: "String"))]) { try $0.getCustomEmojiStickers($1) },
        Method(
            "uploadStickerFile",
            [
                user, .required("sticker", .file, missing: "there is no sticker file in the request"),
                .required("sticker_format", .string, missing: "sticker format must be non-empty"),
            ]
        ) { try $0.uploadStickerFile($1) },
        Method(
            "createNewStickerSet",
            [
                user, .required("name", .string, missing: "invalid sticker set name is specified"),
                .required("title", .string, missing: "sticker set title must be non-empty"),
                .required("stickers", .array(of: "InputSticker"), missing: "STICKERS_EMPTY"), .optional("sticker_type", .string),
                .optional("needs_repainting", .boolean),
            ]
        ) { try $0.createNewStickerSet($1) },
        Method("addStickerToSet", [user, setName, input]) { try $0.addStickerToSet($1) },
        Method("setStickerPositionInSet", [ofSet, .required("position", .integer)]) { try $0.setStickerPositionInSet($1) },
        Method("deleteStickerFromSet", [ofSet]) { try $0.deleteStickerFromSet($1) },
        Method(
            "replaceStickerInSet",
            [user, setName, .required("old_sticker", .string, missing: "old_sticker is not specified"), input]
        ) { try $0.replaceStickerInSet($1) },
        Method("setStickerEmojiList", [ofSet, .required("emoji_list", .array(of: "String"), missing: "STICKER_EMOJI_INVALID")]) {
            try $0.setStickerEmojiList($1)
        },
        Method("setStickerKeywords", [ofSet, .optional("keywords", .array(of: "String"))]) { try $0.setStickerKeywords($1) },
        Method("setStickerMaskPosition", [ofSet, .optional("mask_position", .object("MaskPosition"))]) {
            try $0.setStickerMaskPosition($1)
        },
        Method("setStickerSetTitle", [setName, .required("title", .string, missing: "sticker set title must be non-empty")]) {
            try $0.setStickerSetTitle($1)
        },
        Method(
            "setStickerSetThumbnail",
            [
                setName, user, .optional("thumbnail", .file),
                .required("format", .string, missing: "sticker format must be non-empty"),
            ]
        ) { try $0.setStickerSetThumbnail($1) },
        Method("setCustomEmojiStickerSetThumbnail", [setName, .optional("custom_emoji_id", .string)]) {
            try $0.setCustomEmojiStickerSetThumbnail($1)
        },
        Method("deleteStickerSet", [setName]) { try $0.deleteStickerSet($1) },
    ]
}
