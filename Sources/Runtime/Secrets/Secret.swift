/// A text that must not be printed: a token, a password, an address with a password in it.
///
/// Printing, interpolating, dumping or reflecting it shows `<redacted>`. The text itself is read with ``reveal()``, a word
/// that can be searched for.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package static let placeholder = "<redacted>"

    private let text: String

    package init(_ text: String) { self.text = text }

    /// The text, for the one call that needs it.
    package func reveal() -> String { text }

    package var isEmpty: Bool { text.isEmpty }

    package var description: String { Secret.placeholder }
    package var debugDescription: String { Secret.placeholder }
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }

    /// Whether `candidate` is this secret, in a time that depends on the candidate's length only: an answer's delay
    /// tells a guesser nothing about how much of a guess was right.
    package func matches(_ candidate: String) -> Bool {
        constantTimeEquals(Array(text.utf8), Array(candidate.utf8))
    }
}

/// Compares `secret` with `candidate` without stopping at the first difference. Only the candidate's length, which its sender
/// knows anyway, shows in the time taken. An empty secret equals nothing: "not configured" is no password.
package func constantTimeEquals(_ secret: [UInt8], _ candidate: [UInt8]) -> Bool {
    guard !secret.isEmpty else { return false }
    var difference: UInt8 = secret.count == candidate.count ? 0 : 1
    for index in candidate.indices {
        difference |= candidate[index] ^ secret[index % secret.count]
    }
    return difference == 0
}
