internal import CCurl

/// One of libcurl's easy handles and the transfer it carries. Pooled: what never changes is set once, what a request sets is set or
/// cleared for each. Lives on the I/O thread.
final class TransferHandle {
    /// A failure found on our side of a callback; libcurl's own code only says "aborted".
    struct LocalFailure {
        var code: HTTPClientError.Code
        var message: String
        var cause: (any Error)?
    }

    let easy: UnsafeMutableRawPointer
    private(set) var submission: Submission?
    var evidence = TransferEvidence(isSecure: false, bodySize: 0)
    var head = ResponseHead()
    var body: [UInt8] = []
    var received: Int64 = 0
    var download: DownloadFile?
    var failure: LocalFailure?
    var source: RequestBodySource?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var headersInList: HTTPHeaders?
    private var listSuppressesContentType = false
    private let configuration: HTTPClient.Configuration
    /// After libcurl repeated a request by itself. Its counter of repetitions lives as long as the handle, and at five it gives up.
    var isWorn = false

    init?(configuration: HTTPClient.Configuration, connections: ConnectionCounter) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.configuration = configuration
        setFixedOptions(connections)
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
    }

    private func setFixedOptions(_ connections: ConnectionCounter) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_pointer(easy, CURLOPT_PRIVATE, context)
        ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        ccurl_set_long(easy, CURLOPT_PATH_AS_IS, 1)
        ccurl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        ccurl_set_long(easy, CURLOPT_TCP_NODELAY, 1)
        ccurl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
        ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_set_string(easy, CURLOPT_USERAGENT, configuration.userAgent)
        ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        ccurl_set_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let caFile = configuration.caFile { ccurl_set_string(easy, CURLOPT_CAINFO, caFile) }
        ccurl_set_long(easy, CURLOPT_HTTP_VERSION, configuration.allowsHTTP2 ? Int(CURL_HTTP_VERSION_2TLS) : Int(CURL_HTTP_VERSION_1_1))
        ccurl_set_long(easy, CURLOPT_DNS_CACHE_TIMEOUT, configuration.dnsCacheLifetime.curlSeconds)
        ccurl_set_long(easy, CURLOPT_MAXAGE_CONN, configuration.idleConnectionLifetime.curlSeconds)
        switch configuration.proxy {
        // An empty proxy, unlike none, keeps libcurl from looking into the environment.
        case .none: ccurl_set_string(easy, CURLOPT_PROXY, "")
        case .environment: break
        case .url(let url):
            ccurl_set_string(easy, CURLOPT_PROXY, url)
            ccurl_set_string(easy, CURLOPT_NOPROXY, "")
        }
        setCallbacks(context: context, connections: connections)
    }

    /// Takes over a request. Throws what makes it impossible; nothing has been sent then.
    func prepare(_ submission: Submission, remaining: Duration?) throws(HTTPClientError) {
        let request = submission.request
        do throws(RequestBodySource.Failure) {
            source = try RequestBodySource(request.body, easy: easy)
        } catch .file(let error) {
            throw submission.error(.file, "a file of the body can't be read: \(error)", delivery: .notSent, cause: error)
        } catch {
            throw submission.error(.other, "out of memory", delivery: .notSent)
        }
        self.submission = submission
        evidence = TransferEvidence(isSecure: submission.target.isSecure, bodySize: source?.size ?? 0)
        received = 0
        ccurl_set_string(easy, CURLOPT_URL, request.url)
        source?.apply(to: easy, method: request.method)
        ccurl_set_long(easy, CURLOPT_PIPEWAIT, configuration.allowsHTTP2 && submission.target.isSecure ? 1 : 0)
        ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, remaining?.curlMilliseconds ?? 0)
        ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, request.timeouts.connect?.curlMilliseconds ?? 0)
        ccurl_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, max(0, request.timeouts.lowSpeed?.bytesPerSecond ?? 0))
        ccurl_set_long(easy, CURLOPT_LOW_SPEED_TIME, request.timeouts.lowSpeed?.during.curlSeconds ?? 0)
        setHeaders(request)
    }

    /// Ready for the next request. Leaves nothing of the last one behind, least of all its URL.
    func clear() -> Submission? {
        defer { submission = nil }
        RequestBodySource.clear(easy)
        ccurl_set_string(easy, CURLOPT_URL, nil)
        source = nil
        head.reset()
        body = []
        download = nil
        failure = nil
        return submission
    }

    /// The list is kept while requests bring the same headers, as one API's do.
    private func setHeaders(_ request: HTTPRequest) {
        // libcurl would call any body a form.
        let suppressesContentType: Bool
        switch request.body {
        case .multipart: suppressesContentType = false
        case .none, .bytes, .file: suppressesContentType = request.headers["Content-Type"] == nil
        }
        guard headersInList != request.headers || listSuppressesContentType != suppressesContentType else { return }
        curl_slist_free_all(headerList)
        var list = curl_slist_append(nil, "Expect:")
        if suppressesContentType { list = curl_slist_append(list, "Content-Type:") }
        for field in request.headers {
            // "Name;" is how libcurl is told of an empty value.
            list = curl_slist_append(list, field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        headerList = list
        headersInList = request.headers
        listSuppressesContentType = suppressesContentType
        ccurl_set_list(easy, CURLOPT_HTTPHEADER, list)
    }

    /// libcurl's count of request bytes written so far.
    var bytesCounted: Int {
        var count = 0
        return ccurl_get_long(easy, CURLINFO_REQUEST_SIZE, &count) == CURLE_OK ? count : Int.max
    }
}
