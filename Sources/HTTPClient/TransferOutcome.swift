internal import CCurl

/// What a finished transfer amounts to.
enum TransferOutcome {
    static func of(_ handle: TransferHandle, _ submission: Submission, _ result: CURLcode) -> Outcome {
        handle.evidence.count(handle.bytesCounted)
        let delivery = handle.evidence.delivery
        let status = handle.head.status
        if let failure = handle.failure {
            return .failure(submission.error(failure.code, failure.message, delivery: delivery, status: status, cause: failure.cause))
        }
        guard result == CURLE_OK else {
            if handle.source?.hasFailed == true {
                return .failure(
                    submission.error(.file, "a file of the body ended early or can't be read", delivery: delivery, status: status))
            }
            let code = FailureClassification.code(for: result, evidence: handle.evidence)
            let message = FailureClassification.message(for: result, evidence: handle.evidence)
            return .failure(submission.error(code, message, delivery: delivery, status: status))
        }
        // libcurl takes an end inside the head for an end of the head.
        guard let status, handle.head.isComplete else {
            return .failure(
                submission.error(.connectionLost, "the connection ended inside the response's head", delivery: delivery, status: status))
        }
        if case .file(let path, _) = submission.sink, handle.isSuccess {
            do throws(SystemError) {
                // An empty body never asked for the file.
                let file = if let download = handle.download { download } else { try DownloadFile(path: path) }
                try file.commit()
            } catch {
                return .failure(
                    submission.error(.file, "the file can't be written: \(error)", delivery: delivery, status: status, cause: error))
            }
        }
        return .success(HTTPResponse(status: status, version: handle.head.version, headers: handle.head.headers, body: handle.body))
    }
}
