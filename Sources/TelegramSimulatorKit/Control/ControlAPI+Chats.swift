import JSON

/// Topics, boosts and pictures.
extension ControlAPI {
    /// A person makes a topic, or with `message_thread_id` closes or opens one.
    func changeTopic(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            let (key, person) = (try world.chat(p), try world.person(p))
            var id = p.int("message_thread_id") ?? 0
            if id == 0 {
                id = try world.addTopic(p.text("name") ?? "", by: person, in: key)
            } else {
                try world.setTopic(id, isClosed: p.bool("closed"), by: person, in: key)
            }
            return Array("{\"message_thread_id\":\(id)}".utf8)
        }
    }

    func stopDraft(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            let key = try world.chat(p)
            try world.stopDraft(by: world.person(p), in: key)
            return Self.ok
        }
    }

    /// A person boosts a chat for `days`, 30 unless said otherwise.
    func boost(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            let days = p.int("days") ?? 30
            guard (1...366).contains(days) else { throw .badRequest("days must be 1 to 366") }
            let boost = try world.boost(world.chat(p), by: world.person(p), seconds: days * 86_400)
            let json: JSON = ["boost_id": .string(boost.id)]
            return json.bytes
        }
    }

    func removeBoost(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            try world.removeBoost(p.text("boost_id") ?? "", in: world.chat(p))
            return Self.ok
        }
    }

    /// The body is the picture; everything else stands in the query string.
    func addPhoto(_ request: Request) throws(APIFailure) -> [UInt8] {
        let upload = Upload(name: request.parameters.text("name") ?? "photo", contentType: request.contentType, bytes: request.body)
        return try simulator.run { world throws(APIFailure) in
            let json: JSON = ["file_id": .string(try world.addPhoto(upload, of: world.person(request.parameters)))]
            return json.bytes
        }
    }
}
