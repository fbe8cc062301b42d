package import HTTPClient
package import Runtime

/// Where files are kept: in a folder, or in a bucket of S3.
package struct ObjectStoreSettings: SettingsGroup {
    package enum Place: Sendable {
        case folder(String)
        case s3(S3Store.Place, S3Signature)
    }

    /// Nil: nothing is kept.
    package let place: Place?

    package init(_ settings: SettingsReader) {
        let folder = settings.optional("objects.folder", .text("a path"), "Keeps files in this folder. This, or `objects.s3.bucket`.")
        let endpoint = settings.value(
            "objects.s3.endpoint", .url(schemes: ["https", "http"], example: "https://s3.eu-central-1.amazonaws.com"),
            default: ConnectionURL(scheme: "https", host: "s3.amazonaws.com"), "Where S3, or what speaks like it, is.")
        let bucket = settings.optional("objects.s3.bucket", .text("a bucket's name"), "Keeps files in this bucket, which must exist.")
        let region = settings.value("objects.s3.region", .text, default: "us-east-1", "The bucket's region.")
        let isPathStyle = settings.value(
            "objects.s3.path_style", .boolean, default: true,
            "Whether the bucket stands in the path, `endpoint/bucket`, or before the host.")
        let accessKey = settings.optional("objects.s3.access_key", .text("an access key's id"), "Who we are to S3.")
        let secretKey = settings.optional("objects.s3.secret_key", .secret, "And how we prove it.")
        switch (folder, bucket) {
        case (nil, nil): place = nil
        case (let folder?, nil): place = .folder(folder)
        case (nil, let bucket?):
            guard let accessKey, let secretKey else {
                settings.reject(accessKey == nil ? "objects.s3.access_key" : "objects.s3.secret_key", "is needed with `objects.s3.bucket`")
                place = nil
                return
            }
            place = .s3(
                S3Store.Place(endpoint: endpoint.reveal(), bucket: bucket, isPathStyle: isPathStyle),
                S3Signature(accessKey: accessKey, secretKey: secretKey.reveal(), region: region))
        case (_?, _?):
            settings.reject("objects.folder", "and `objects.s3.bucket` can't both be set")
            place = nil
        }
    }

    /// Nil where nothing is kept.
    package func store(_ http: HTTPClient) -> (any ObjectStore)? {
        switch place {
        case .folder(let path): MeasuredStore(FolderStore(path))
        case .s3(let place, let signature): MeasuredStore(S3Store(http: http, place: place, signature: signature))
        case nil: nil
        }
    }
}
