internal import CCurl

/// libcurl's result codes in the words of ``HTTPClientError``.
///
/// Its error buffer is never shown: what it says isn't under our control, and URLs hold secrets. `curl_easy_strerror` is a fixed text.
enum FailureClassification {
    static func code(for result: CURLcode, evidence: TransferEvidence) -> HTTPClientError.Code {
        if isLostAndNotFoundAgain(result, evidence) { return .connectionLost }
        return switch result {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            .nameResolution
        case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED:
            .connect
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT:
            .tls
        case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
            CURLE_BAD_FUNCTION_ARGUMENT,
            CURLE_NOT_BUILT_IN, CURLE_UNKNOWN_OPTION:
            .invalidConfiguration
        case CURLE_OPERATION_TIMEDOUT:
            .timeout
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_SEND_FAIL_REWIND:
            .connectionLost
        // Before the connection stands, "unsupported protocol" is about the URL; after, about an answer without a status line.
        case CURLE_UNSUPPORTED_PROTOCOL:
            evidence.delivery == .notSent ? .invalidRequest : .protocolViolation
        case CURLE_URL_MALFORMAT:
            .invalidRequest
        case CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            .protocolViolation
        case CURLE_FILESIZE_EXCEEDED:
            .responseTooLarge
        case CURLE_READ_ERROR:
            .file
        case CURLE_ABORTED_BY_CALLBACK where evidence.repetitionRefused:
            .connectionLost
        default:
            .other
        }
    }

    /// libcurl connects anew before it asks whether it may repeat; when that fails, its code is about the second connection.
    private static func isLostAndNotFoundAgain(_ result: CURLcode, _ evidence: TransferEvidence) -> Bool {
        guard evidence.delivery == .ambiguous else { return false }
        return [
            CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_SSL_CONNECT_ERROR,
            CURLE_PEER_FAILED_VERIFICATION,
        ].contains(result)
    }

    static func message(for result: CURLcode, evidence: TransferEvidence) -> String {
        if isLostAndNotFoundAgain(result, evidence) {
            return "the kept-alive connection ended without an answer, and no other could be made"
        }
        if result == CURLE_ABORTED_BY_CALLBACK, evidence.repetitionRefused {
            return "the kept-alive connection ended without an answer, and the request may not be sent twice"
        }
        return curl_easy_strerror(result).map { String(cString: $0) } ?? "libcurl failed with code \(result.rawValue)"
    }
}
