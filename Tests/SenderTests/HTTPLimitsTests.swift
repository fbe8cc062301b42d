import HTTPClient
import Runtime
import Sender
import Testing

@Suite struct HTTPLimitsTests {
    /// Otherwise calls would wait in the client, at the cost of their time-out.
    @Test(arguments: [1, 256, 5000]) func theClientHasRoomForAsManyCallsAsTheLimitsAllow(count: Int) throws {
        let environment = ["SWITCHBOARD_AMQP_URL": "amqp://localhost", "SWITCHBOARD_LIMITS_IN_FLIGHT": String(count)]
        let settings = try Settings<SenderSettings>.read(from: SettingsSources(environment: environment)).values
        let client = HTTPClient.Configuration(settings)
        #expect(client.maxInFlight == count && client.maxInFlightPerHost == count)
        #expect(client.maxConnections == count && client.maxConnectionsPerHost == count)
    }
}
