/// A topic of a forum, found by the id of the message that made it.
package struct Topic: Sendable, Hashable {
    package var name: String
    /// `0xRRGGBB`, one of ``colors``.
    package var iconColor: Int64
    package var iconEmoji: String?
    /// Nil for the general topic.
    package let creator: Actor?
    package var isClosed = false
    /// Of the general topic only.
    package var isHidden = false

    /// The topic that every forum has. Its messages carry no `message_thread_id`.
    package static let general: MessageID = 1
    package static let colors: [Int64] = [0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F]
}
