package struct Boost: Sendable, Hashable {
    package let id: String
    package let person: PersonID
    /// Seconds since 1970.
    package let addedAt: Int64
    package let expiresAt: Int64
}
