import JSON
import Testing

@Suite struct JSONCodingTests {
    struct Point: JSONCodable, Equatable {
        var x: Int
        var label: String?

        init(x: Int, label: String?) {
            self.x = x
            self.label = label
        }
        init(json: JSON) throws(JSONError) {
            x = try json.required("x")
            label = try json.optional("label")
        }
        func write(to json: inout JSONWriter) {
            json.object {
                $0.member("x", x)
                $0.member("label", label)
            }
        }
    }

    @Test func writesMembersAndLeavesOutNil() {
        #expect(
            [Point(x: 1, label: nil), Point(x: -20, label: "a\"\u{1}")].jsonBytes == Array(#"[{"x":1},{"x":-20,"label":"a\"\u0001"}]"#.utf8)
        )
    }

    @Test func readsWhatItWrote() throws {
        let points = [Point(x: .max, label: "é"), Point(x: .min, label: nil)]
        #expect(try [Point](jsonBytes: points.jsonBytes) == points)
    }

    @Test func ignoresUnknownMembersAndNull() throws {
        #expect(try Point(jsonBytes: Array(#"{"x":1,"label":null,"new":{"y":2}}"#.utf8)) == Point(x: 1, label: nil))
    }

    @Test(arguments: [
        (#"[{"x":1},{}]"#, "1.x: is missing"), (#"[{"x":"1"}]"#, "0.x: expected a whole number, found a string"),
        ("[1]", "0: expected an object, found a number"), (#"[{"x":1.5}]"#, "0.x: expected a whole number, found a number"),
    ])
    func namesThePathOfAWrongValue(text: String, message: String) {
        let error = #expect(throws: JSONError.self) { try [Point](jsonBytes: Array(text.utf8)) }
        #expect(error?.description == message)
    }

    @Test func infinitiesBecomeNull() {
        #expect([Double.infinity, .nan, 0.1, 1e300].jsonBytes == Array("[null,null,0.1,1e+300]".utf8))
    }
}
