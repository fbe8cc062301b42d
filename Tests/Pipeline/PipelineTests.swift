import Testing

/// Every process of the installation against a broker, a database and a Telegram of its own.
///
/// One after another: they share the broker, and each wants the machine for itself.
@Suite(.serialized, .enabled(if: TestEnvironment.canRun, TestEnvironment.whyNot), .pipelineServices, .timeLimit(.minutes(10)))
enum PipelineTests {}
