import JSON

/// Spans as OTLP/HTTP wants them in JSON: ids in hexadecimal, 64-bit numbers as text, enumerations as numbers.
package struct OTLPEncoding: Sendable {
    /// What they all are of: the process.
    package let resource: [(key: String, value: Span.Value)]
    package let scope: (name: String, version: String)

    package init(resource: [(key: String, value: Span.Value)], scope: (name: String, version: String)) {
        self.resource = resource
        self.scope = scope
    }

    /// The body of a request to `/v1/traces`.
    package func request(_ spans: [Span]) -> [UInt8] {
        var json = JSONWriter(capacity: 256 + spans.count * 640)
        json.object { json in
            json.key("resourceSpans")
            json.array { json in
                json.object { json in
                    json.member("resource", object: { $0.attributes(resource) })
                    json.key("scopeSpans")
                    json.array { json in
                        json.object { json in
                            json.member(
                                "scope",
                                object: {
                                    $0.member("name", scope.name)
                                    $0.member("version", scope.version)
                                })
                            json.key("spans")
                            json.array { for span in spans { $0.span(span) } }
                        }
                    }
                }
            }
        }
        return json.bytes
    }

    /// How many spans of an accepted request the collector didn't want all the same.
    package static func rejected(in response: [UInt8]) -> Int {
        guard let json = try? JSON(parsing: response), let count = json["partialSuccess"]?["rejectedSpans"] else { return 0 }
        // An int64, which the JSON form of Protocol Buffers writes as text, and some collectors as a number.
        return Int(clamping: max(0, count.int ?? count.string.flatMap { Int64($0) } ?? 0))
    }
}

extension JSONWriter {
    fileprivate mutating func span(_ span: Span) {
        object {
            $0.member("traceId", span.context.traceID.description)
            $0.member("spanId", span.context.spanID.description)
            $0.member("parentSpanId", span.parent?.description)
            $0.member("flags", Int(span.context.flags))
            $0.member("name", span.name)
            $0.member("kind", span.kind.rawValue)
            $0.member("startTimeUnixNano", String(span.start))
            $0.member("endTimeUnixNano", String(span.end))
            if !span.attributes.isEmpty || span.error != nil {
                let error = span.error.map { [(key: "error.type", value: Span.Value.text($0))] } ?? []
                $0.attributes(span.attributes.filter { error.isEmpty || $0.key != "error.type" } + error)
            }
            if !span.links.isEmpty {
                $0.key("links")
                $0.array { json in
                    for link in span.links {
                        json.object {
                            $0.member("traceId", link.traceID.description)
                            $0.member("spanId", link.spanID.description)
                            $0.member("flags", Int(link.flags))
                        }
                    }
                }
            }
            // Unset (0) is what instrumentation leaves when all went well; 2 is an error.
            if span.error != nil { $0.member("status", object: { $0.member("code", 2) }) }
        }
    }

    fileprivate mutating func attributes(_ attributes: [(key: String, value: Span.Value)]) {
        key("attributes")
        array { json in
            for attribute in attributes {
                json.object { json in
                    json.member("key", attribute.key)
                    json.member(
                        "value",
                        object: {
                            switch attribute.value {
                            case .text(let text): $0.member("stringValue", text)
                            case .number(let number): $0.member("intValue", String(number))
                            case .flag(let flag): $0.member("boolValue", flag)
                            }
                        })
                }
            }
        }
    }
}
