import JSON
import Logging

/// One JSON object a line; the format of everything that isn't read by a person directly.
///
/// The fixed members come first: `ts`, `level`, `message`, `logger`, `process`. Metadata follow under their own names, so that
/// `jq 'select(.trace_id == "…")'` needs no path; one named like a fixed member gets an underscore behind it.
enum JSONLineFormat {
    static func line(_ record: LogRecord) -> [UInt8] {
        var json = JSONWriter(capacity: 384)
        json.object { json in
            json.member("ts", record.time.rfc3339)
            json.member("level", record.level.rawValue)
            json.member("message", record.message)
            json.member("logger", record.label)
            json.member("process", record.process)
            for (key, value) in record.metadata {
                json.key(isFixed(key) ? key + "_" : key)
                write(value, to: &json)
            }
            if let error = record.error {
                json.member("error", String(describing: error))
                json.member("error_type", String(reflecting: type(of: error)))
            }
        }
        return json.bytes
    }

    private static func isFixed(_ key: String) -> Bool {
        switch key {
        case "ts", "level", "message", "logger", "process": true
        default: false
        }
    }

    private static func write(_ value: Logger.MetadataValue, to json: inout JSONWriter) {
        switch value {
        case .string(let text): json.value(text)
        case .stringConvertible(let number as Int): json.value(Int64(number))
        case .stringConvertible(let number as Int64): json.value(number)
        case .stringConvertible(let number as Double): json.value(number)
        case .stringConvertible(let flag as Bool): json.value(flag)
        case .stringConvertible(let other): json.value(other.description)
        case .array(let values): json.array { for value in values { write(value, to: &$0) } }
        case .dictionary(let values):
            json.object {
                for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                    $0.key(key)
                    write(value, to: &$0)
                }
            }
        }
    }
}
