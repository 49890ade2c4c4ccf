package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The API and the ingest function, with SnapStart, limits and logs. */
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
  void originsAreARequiredParameter() {
    JsonNode cors = ingest.only("AWS::ApiGatewayV2::Api").path("CorsConfiguration");
    assertThat(cors.at("/AllowOrigins/Ref").asText()).isEqualTo("AllowedOrigins");
    assertThat(cors.path("AllowMethods")).extracting(JsonNode::asText).containsExactly("POST");
    assertThat(cors.path("AllowHeaders"))
        .extracting(JsonNode::asText)
        .containsExactly("authorization", "content-type", "x-api-key");
    assertThat(cors.path("ExposeHeaders"))
        .extracting(JsonNode::asText)
        .containsExactly("retry-after");
    JsonNode origins = ingest.parameter("AllowedOrigins");
    assertThat(origins.has("Default")).isFalse();
    Pattern allowed = Pattern.compile(origins.path("AllowedPattern").asText());
    for (String origin : List.of("https://shop.example", "http://localhost:3000", "*")) {
      assertThat(origin).matches(allowed);
    }
    for (String refused : List.of("", "shop.example", "https://shop.example/", "https://*.x")) {
      assertThat(refused).doesNotMatch(allowed);
    }
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
    assertThat(function.at("/Architectures/0/Ref").asText()).isEqualTo("Architecture");
    assertThat(ingest.parameter("Architecture").path("Default").asText()).isEqualTo("arm64");
    assertThat(ingest.parameter("Architecture").path("AllowedValues"))
        .extracting(JsonNode::asText)
        .containsExactly("arm64", "x86_64");
    assertThat(function.at("/SnapStart/ApplyOn").asText()).isEqualTo("PublishedVersions");
    assertThat(function.has("VpcConfig")).isFalse();
    JsonNode alias = ingest.only("AWS::Lambda::Alias");
    assertThat(alias.at("/FunctionVersion/Fn::GetAtt/0").asText())
        .isEqualTo(ingest.resources("AWS::Lambda::Version").keySet().iterator().next());
  }

  @Test
  void settingsAreParametersAndHoldTheNameOfTheSecretOnly() {
    JsonNode function = ingest.only("AWS::Lambda::Function");
    JsonNode variables = function.at("/Environment/Variables");
    Map<String, String> parameters =
        Map.of(
            "BATCH_OBJECTS", "BatchObjects",
            "SAMPLE_RATE", "SampleRate",
            "MAX_EVENTS_PER_SECOND", "MaxEventsPerSecond",
            "CALLERS_SECRET", "CallerSecret",
            "UNSIGNED_REQUESTS", "UnsignedRequests");
    assertThat(variables.properties()).hasSize(parameters.size() + 2);
    assertThat(variables.has("RAW_BUCKET_NAME")).isTrue();
    assertThat(variables.has("STREAM_NAME")).isTrue();
    parameters.forEach(
        (variable, parameter) ->
            assertThat(variables.at("/" + variable + "/Ref").asText()).isEqualTo(parameter));
    assertThat(ingest.parameter("BatchObjects").path("Default").asText()).isEqualTo("false");
    assertThat(ingest.parameter("UnsignedRequests").path("Default").asText()).isEqualTo("false");
    assertThat(function.toString()).doesNotContain("resolve:secretsmanager");
  }

  /** docs/cost.md computes the greatest cost of an hour of attack from these defaults. */
  @Test
  void theCostOfAnAttackIsBoundedByDefault() {
    assertThat(
            ingest
                .only("AWS::Lambda::Function")
                .at("/ReservedConcurrentExecutions/Fn::If/1/Ref")
                .asText())
        .isEqualTo("ConcurrentRequests");
    Map.of(
            "ConcurrentRequests", "50",
            "RequestsPerSecond", "200",
            "RequestBurst", "400",
            "MaxEventsPerSecond", "50")
        .forEach(
            (name, value) ->
                assertThat(ingest.parameter(name).path("Default").asText())
                    .as(name)
                    .isEqualTo(value));
  }

  @Test
  void numbersThatTheFunctionRefusesAreRefusedByTheTemplate() {
    Pattern rate = Pattern.compile(ingest.parameter("SampleRate").path("AllowedPattern").asText());
    assertThat(List.of("1", "0.5", "0.01")).allMatch(text -> rate.matcher(text).matches());
    assertThat(List.of("", "0", "0.0", "1.5", "-1", "half"))
        .noneMatch(text -> rate.matcher(text).matches());
    Pattern limit =
        Pattern.compile(ingest.parameter("MaxEventsPerSecond").path("AllowedPattern").asText());
    assertThat(List.of("", "1", "200")).allMatch(text -> limit.matcher(text).matches());
    assertThat(List.of("0", "-1", "many")).noneMatch(text -> limit.matcher(text).matches());
  }

  /** The alias serves a version, and a version never changes. */
  @Test
  void aParameterOfTheFunctionCreatesANewVersionAndKeepsThePreviousOne() {
    JsonNode version = ingest.resources("AWS::Lambda::Version").values().iterator().next();
    String description = version.at("/Properties/Description").toString();
    List<String> parameters =
        ingest.only("AWS::Lambda::Function").findValuesAsText("Ref").stream()
            .filter(name -> !ingest.parameter(name).isMissingNode())
            .distinct()
            .toList();
    assertThat(parameters)
        .containsExactlyInAnyOrder(
            "Architecture",
            "FunctionMemoryMb",
            "BatchObjects",
            "SampleRate",
            "MaxEventsPerSecond",
            "CallerSecret",
            "ConcurrentRequests",
            "UnsignedRequests")
        .allSatisfy(name -> assertThat(description).contains("{\"Ref\":\"" + name + "\"}"));
    assertThat(description).as("the switch of the stream").contains("{\"Ref\":\"StreamEvents\"}");
    assertThat(version.path("DeletionPolicy").asText()).isEqualTo("Retain");
    assertThat(version.path("UpdateReplacePolicy").asText()).isEqualTo("Retain");
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
  void callersNeedATokenOnlyIfAnIssuerIsGiven() {
    JsonNode route = ingest.only("AWS::ApiGatewayV2::Route");
    assertThat(route.path("AuthorizationType").toString())
        .isEqualTo("{\"Fn::If\":[\"JwtIssuerIsGiven\",\"JWT\",\"NONE\"]}");
    assertThat(route.at("/AuthorizerId/Fn::If/0").asText()).isEqualTo("JwtIssuerIsGiven");
    assertThat(route.at("/AuthorizerId/Fn::If/2/Ref").asText()).isEqualTo("AWS::NoValue");
    assertThat(ingest.parameter("JwtIssuer").path("Default").asText("x")).isEmpty();
    JsonNode authorizer =
        ingest.resources("AWS::ApiGatewayV2::Authorizer").values().iterator().next();
    assertThat(authorizer.path("Condition").asText()).isEqualTo("JwtIssuerIsGiven");
    assertThat(authorizer.at("/Properties/AuthorizerType").asText()).isEqualTo("JWT");
    assertThat(authorizer.at("/Properties/JwtConfiguration/Issuer/Ref").asText())
        .isEqualTo("JwtIssuer");
  }

  @Test
  void logsAreKeptForAMonth() {
    assertThat(ingest.properties("AWS::Logs::LogGroup"))
        .hasSize(2)
        .allSatisfy(log -> assertThat(log.path("RetentionInDays").asInt()).isEqualTo(30));
  }
}
