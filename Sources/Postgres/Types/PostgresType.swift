/// A data type of PostgreSQL, by its object id.
///
/// The built-in ids are fixed (`pg_type.dat`); those of enums and composites differ between databases.
public struct PostgresType: Sendable, Hashable {
    public var oid: UInt32

    public init(oid: UInt32) { self.oid = oid }

    /// Lets the server decide; only for parameters.
    public static let unspecified = PostgresType(oid: 0)
    public static let bool = PostgresType(oid: 16)
    public static let bytea = PostgresType(oid: 17)
    public static let name = PostgresType(oid: 19)
    public static let int8 = PostgresType(oid: 20)
    public static let int2 = PostgresType(oid: 21)
    public static let int4 = PostgresType(oid: 23)
    public static let text = PostgresType(oid: 25)
    public static let oid = PostgresType(oid: 26)
    public static let json = PostgresType(oid: 114)
    public static let float4 = PostgresType(oid: 700)
    public static let float8 = PostgresType(oid: 701)
    public static let unknown = PostgresType(oid: 705)
    public static let bpchar = PostgresType(oid: 1042)
    public static let varchar = PostgresType(oid: 1043)
    public static let date = PostgresType(oid: 1082)
    public static let time = PostgresType(oid: 1083)
    public static let timestamp = PostgresType(oid: 1114)
    public static let timestamptz = PostgresType(oid: 1184)
    public static let interval = PostgresType(oid: 1186)
    public static let numeric = PostgresType(oid: 1700)
    public static let void = PostgresType(oid: 2278)
    public static let uuid = PostgresType(oid: 2950)
    public static let jsonb = PostgresType(oid: 3802)

    public static let jsonArray = PostgresType(oid: 199)
    public static let boolArray = PostgresType(oid: 1000)
    public static let byteaArray = PostgresType(oid: 1001)
    public static let nameArray = PostgresType(oid: 1003)
    public static let int2Array = PostgresType(oid: 1005)
    public static let int4Array = PostgresType(oid: 1007)
    public static let textArray = PostgresType(oid: 1009)
    public static let bpcharArray = PostgresType(oid: 1014)
    public static let varcharArray = PostgresType(oid: 1015)
    public static let int8Array = PostgresType(oid: 1016)
    public static let float4Array = PostgresType(oid: 1021)
    public static let float8Array = PostgresType(oid: 1022)
    public static let timestampArray = PostgresType(oid: 1115)
    public static let dateArray = PostgresType(oid: 1182)
    public static let timeArray = PostgresType(oid: 1183)
    public static let timestamptzArray = PostgresType(oid: 1185)
    public static let intervalArray = PostgresType(oid: 1187)
    public static let numericArray = PostgresType(oid: 1231)
    public static let uuidArray = PostgresType(oid: 2951)
    public static let jsonbArray = PostgresType(oid: 3807)
}

extension PostgresType: CustomStringConvertible {
    /// The SQL name, or `oid N` for a type that is not built in.
    public var description: String { Self.names[self] ?? "oid \(oid)" }

    private static let names: [PostgresType: String] = [
        .unspecified: "unspecified", .bool: "bool", .bytea: "bytea", .name: "name", .int8: "int8", .int2: "int2",
        .int4: "int4", .text: "text", .oid: "oid", .json: "json", .float4: "float4", .float8: "float8",
        .unknown: "unknown", .bpchar: "bpchar", .varchar: "varchar", .date: "date", .time: "time",
        .timestamp: "timestamp", .timestamptz: "timestamptz", .interval: "interval", .numeric: "numeric",
        .void: "void", .uuid: "uuid", .jsonb: "jsonb", .jsonArray: "json[]", .boolArray: "bool[]",
        .byteaArray: "bytea[]", .nameArray: "name[]", .int2Array: "int2[]", .int4Array: "int4[]",
        .textArray: "text[]", .bpcharArray: "bpchar[]", .varcharArray: "varchar[]", .int8Array: "int8[]",
        .float4Array: "float4[]", .float8Array: "float8[]", .timestampArray: "timestamp[]", .dateArray: "date[]",
        .timeArray: "time[]", .timestamptzArray: "timestamptz[]", .intervalArray: "interval[]",
        .numericArray: "numeric[]", .uuidArray: "uuid[]", .jsonbArray: "jsonb[]",
    ]
}
