public import JSON

/// A point on the map, in degrees.
public struct Location: Sendable, Hashable, JSONCodable {
    public var latitude: Double
    public var longitude: Double

    public init(latitude: Double, longitude: Double) {
        self.latitude = latitude
        self.longitude = longitude
    }

    public init(json: JSON) throws(JSONError) {
        latitude = try json.required("latitude")
        longitude = try json.required("longitude")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("latitude", latitude)
            $0.member("longitude", longitude)
        }
    }
}

/// A location with a name and an address.
public struct Venue: Sendable, Hashable, JSONCodable {
    public var location: Location
    public var title: String
    public var address: String

    public init(location: Location, title: String, address: String) {
        self.location = location
        self.title = title
        self.address = address
    }

    public init(json: JSON) throws(JSONError) {
        location = try json.required("location")
        title = try json.required("title")
        address = try json.required("address")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("location", location)
            $0.member("title", title)
            $0.member("address", address)
        }
    }
}

/// A phone book entry.
public struct Contact: Sendable, Hashable, JSONCodable {
    public var phone: String
    public var firstName: String
    public var lastName: String?
    /// The contact's own account, when it is known.
    public var person: PersonID?

    public init(phone: String, firstName: String, lastName: String? = nil, person: PersonID? = nil) {
        self.phone = phone
        self.firstName = firstName
        self.lastName = lastName
        self.person = person
    }

    public init(json: JSON) throws(JSONError) {
        phone = try json.required("phone")
        firstName = try json.required("first_name")
        lastName = try json.optional("last_name")
        person = try json.optional("person")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("phone", phone)
            $0.member("first_name", firstName)
            $0.member("last_name", lastName)
            $0.member("person", person)
        }
    }
}
