package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** Tests of the optional stacks, and of rules for all stacks. */
class OptionalStacksIT {

  @Test
  void optionalStacksAreCreatedOnlyOnRequest() {
    assertThat(Synthesis.onEmr().stacks().keySet())
        .containsExactly(
            "Clickstream-Buckets",
            "Clickstream-Network",
            "Clickstream-Ingest",
            "Clickstream-Warehouse",
            "Clickstream-Etl",
            "Clickstream-Observability",
            "Clickstream-Oltp",
            "Clickstream-Auth",
            "Clickstream-Web",
            "Clickstream-Edge");
    assertThat(Synthesis.onGlue().stacks().keySet())
        .doesNotContain(
            "Clickstream-Oltp", "Clickstream-Auth", "Clickstream-Web", "Clickstream-Edge");
  }

  @Test
  void usersSignInByEmailWithStrongPasswordsAndMayHaveASecondFactor() {
    StackTemplate auth = Synthesis.onEmr().template("Auth");
    JsonNode pool = auth.only("AWS::Cognito::UserPool");
    assertThat(pool.path("UsernameAttributes"))
        .extracting(JsonNode::asText)
        .containsExactly("email");
    assertThat(pool.at("/Policies/PasswordPolicy/MinimumLength").asInt()).isEqualTo(12);
    assertThat(pool.path("MfaConfiguration").asText()).isEqualTo("OPTIONAL");
    assertThat(auth.only("AWS::Cognito::UserPoolClient").path("GenerateSecret").asBoolean(true))
        .isFalse();
  }

  @Test
  void theShopsPagesHaveTheEndpointAndNoToken() {
    StackTemplate web = Synthesis.onEmr().template("Web");
    JsonNode site = web.only("AWS::Amplify::App");
    assertThat(site.path("Platform").asText()).isEqualTo("WEB_COMPUTE");
    assertThat(site.at("/EnvironmentVariables/0/Name").asText())
        .isEqualTo("NEXT_PUBLIC_CLICKSTREAM_ENDPOINT");
    assertThat(site.path("AccessToken").toString())
        .contains("{{resolve:secretsmanager:", "RepositoryAccess");
    assertThat(web.properties("AWS::Amplify::Branch")).hasSize(1);
  }

  @Test
  void templatesContainNoAccountAndNoRegion() throws Exception {
    for (Synthesis platform : new Synthesis[] {Synthesis.onEmr(), Synthesis.onGlue()}) {
      JsonNode manifest =
          new com.fasterxml.jackson.databind.ObjectMapper()
              .readTree(platform.folder().resolve("manifest.json").toFile());
      assertThat(manifest.has("missing")).isFalse();
      platform
          .templates()
          .forEach(
              (name, template) ->
                  assertThat(template.toString())
                      .as(name)
                      .doesNotContain("ap-southeast-1", "us-east-1")
                      .doesNotContainPattern("arn:aws:[a-z0-9-]+:[a-z0-9-]*:\\d{12}:"));
    }
  }

  @Test
  void onlyTheIngestFunctionIsALambdaFunction() {
    // CDK adds functions for some custom resources, with wide policies.
    Synthesis.onEmr()
        .templates()
        .forEach(
            (name, template) -> {
              for (JsonNode resource : template.path("Resources")) {
                assertThat(resource.path("Type").asText()).doesNotStartWith("Custom::");
                if (resource.path("Type").asText().equals("AWS::Lambda::Function")) {
                  assertThat(name).isEqualTo("Clickstream-Ingest");
                }
              }
            });
  }

  @Test
  void everyParameterHasADescription() {
    Synthesis.onEmr()
        .templates()
        .forEach(
            (name, template) ->
                template
                    .path("Parameters")
                    .properties()
                    .forEach(
                        parameter -> {
                          if (!parameter.getKey().equals("BootstrapVersion")) {
                            assertThat(parameter.getValue().path("Description").asText())
                                .as("%s of %s", parameter.getKey(), name)
                                .isNotBlank();
                          }
                        }));
  }

  @Test
  void theEdgeLimitsEachAddressAndSpeaksTlsToTheApi() {
    StackTemplate edge = Synthesis.onEmr().template("Edge");
    JsonNode firewall = edge.only("AWS::WAFv2::WebACL");
    assertThat(firewall.path("Scope").asText()).isEqualTo("CLOUDFRONT");
    JsonNode rate = firewall.at("/Rules/0/Statement/RateBasedStatement");
    assertThat(rate.at("/Limit/Ref").asText()).isEqualTo("RequestsPerFiveMinutes");
    assertThat(rate.path("AggregateKeyType").asText()).isEqualTo("IP");
    assertThat(firewall.at("/Rules/0/Action").has("Block")).isTrue();
    JsonNode distribution = edge.only("AWS::CloudFront::Distribution").path("DistributionConfig");
    assertThat(distribution.path("WebACLId").toString()).contains("Firewall");
    assertThat(distribution.at("/Origins/0/CustomOriginConfig/OriginProtocolPolicy").asText())
        .isEqualTo("https-only");
    assertThat(distribution.at("/DefaultCacheBehavior/ViewerProtocolPolicy").asText())
        .isEqualTo("https-only");
  }
}
