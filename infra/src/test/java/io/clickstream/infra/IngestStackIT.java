package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The reference's chapter 10 and 11, with SnapStart, limits and logs. */
class IngestStackIT {

  private final StackTemplate ingest = Synthesis.onEmr().template("Ingest");

  @Test
  void theApiHasOneRouteWhichCallsTheAlias() {
    ingest.has(
        "AWS::ApiGatewayV2::Api", Map.of("Name", "clickstream-http-api", "ProtocolType", "HTTP"));
    assertThat(ingest.only("AWS::ApiGatewayV2::Route").path("RouteKey").asText())
        .isEqualTo("POST /clickstream");
    JsonNode integration = ingest.only("AWS::ApiGatewayV2::Integration");
    assertThat(integration.path("PayloadFormatVersion").asText()).isEqualTo("2.0");
    assertThat(integration.path("IntegrationType").asText()).isEqualTo("AWS_PROXY");
    assertThat(integration.at("/IntegrationUri/Ref").asText())
        .isEqualTo(ingest.id("AWS::Lambda::Alias", "Live"));
  }

  @Test
  void originsAreAParameterThatEveryAccountGives() {
    JsonNode cors = ingest.only("AWS::ApiGatewayV2::Api").path("CorsConfiguration");
    assertThat(cors.at("/AllowOrigins/Ref").asText()).isEqualTo("AllowedOrigins");
    assertThat(cors.path("AllowMethods")).extracting(JsonNode::asText).containsExactly("POST");
    assertThat(cors.path("AllowHeaders"))
        .extracting(JsonNode::asText)
        .containsExactly("content-type");
    assertThat(ingest.parameter("AllowedOrigins").has("Default")).isFalse();
  }

  @Test
  void requestsAreThrottledAndLogged() throws IOException {
    JsonNode stage = ingest.only("AWS::ApiGatewayV2::Stage");
    assertThat(stage.path("StageName").asText()).isEqualTo("$default");
    assertThat(stage.path("AutoDeploy").asBoolean()).isTrue();
    assertThat(stage.at("/DefaultRouteSettings/ThrottlingRateLimit/Ref").asText())
        .isEqualTo("RequestsPerSecond");
    assertThat(stage.at("/DefaultRouteSettings/ThrottlingBurstLimit/Ref").asText())
        .isEqualTo("RequestBurst");
    assertThat(stage.at("/AccessLogSettings/DestinationArn/Fn::GetAtt/0").asText())
        .startsWith("AccessLog");
    JsonNode line = new ObjectMapper().readTree(stage.at("/AccessLogSettings/Format").asText());
    assertThat(line.has("status")).isTrue();
    assertThat(line.toString()).doesNotContain("identity");
  }

  @Test
  void theFunctionStartsFromASnapshotBehindAnAlias() {
    JsonNode function = ingest.only("AWS::Lambda::Function");
    assertThat(function.path("FunctionName").asText()).isEqualTo("clickstream-lambda-ingest");
    assertThat(function.path("Handler").asText()).isEqualTo("io.clickstream.ingest.IngestHandler");
    assertThat(function.path("Runtime").asText()).isEqualTo("java25");
    assertThat(function.path("Architectures"))
        .extracting(JsonNode::asText)
        .containsExactly("arm64");
    assertThat(function.at("/SnapStart/ApplyOn").asText()).isEqualTo("PublishedVersions");
    assertThat(function.at("/Environment/Variables").properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder("RAW_BUCKET_NAME", "ALLOWED_ORIGINS", "BATCH_OBJECTS");
    assertThat(function.at("/Environment/Variables/ALLOWED_ORIGINS").toString())
        .contains("\"Ref\":\"AllowedOrigins\"");
    assertThat(function.at("/Environment/Variables/BATCH_OBJECTS/Ref").asText())
        .isEqualTo("BatchObjects");
    assertThat(ingest.parameter("BatchObjects").path("Default").asText()).isEqualTo("false");
    assertThat(function.has("VpcConfig")).isFalse();
    JsonNode alias = ingest.only("AWS::Lambda::Alias");
    assertThat(alias.at("/FunctionVersion/Fn::GetAtt/0").asText())
        .isEqualTo(ingest.resources("AWS::Lambda::Version").keySet().iterator().next());
  }

  @Test
  void onlyThisRouteOfTheApiMayCallTheAlias() {
    List<JsonNode> permissions = ingest.properties("AWS::Lambda::Permission");
    assertThat(permissions).hasSize(1);
    JsonNode permission = permissions.get(0);
    assertThat(permission.path("Principal").asText()).isEqualTo("apigateway.amazonaws.com");
    assertThat(permission.at("/FunctionName/Ref").asText())
        .isEqualTo(ingest.id("AWS::Lambda::Alias", "Live"));
    assertThat(permission.path("SourceArn").toString()).contains("/*/*/clickstream");
  }

  @Test
  void logsAreKeptForAMonth() {
    assertThat(ingest.properties("AWS::Logs::LogGroup"))
        .hasSize(2)
        .allSatisfy(log -> assertThat(log.path("RetentionInDays").asInt()).isEqualTo(30));
  }
}
