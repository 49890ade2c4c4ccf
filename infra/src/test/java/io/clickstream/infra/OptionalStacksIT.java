package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.infra.policy.Intrinsics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests of the optional stacks, and of rules for all stacks. */
class OptionalStacksIT {

  private static final Path HOME = Path.of(System.getProperty("clickstream.home"));

  @Test
  void optionalStacksAreCreatedOnlyOnRequest() {
    assertThat(Synthesis.onEmr().stacks().keySet())
        .containsExactly(
            "Clickstream-Buckets",
            "Clickstream-Network",
            "Clickstream-Stream",
            "Clickstream-Ingest",
            "Clickstream-Warehouse",
            "Clickstream-Etl",
            "Clickstream-Packs",
            "Clickstream-Observability",
            "Clickstream-Oltp",
            "Clickstream-Auth",
            "Clickstream-Web",
            "Clickstream-Edge");
    assertThat(Synthesis.onGlue().stacks().keySet())
        .doesNotContain(
            "Clickstream-Stream",
            "Clickstream-Packs",
            "Clickstream-Oltp",
            "Clickstream-Auth",
            "Clickstream-Web",
            "Clickstream-Edge");
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
  void theShopsPagesHaveTheEndpointAndNoTokenOrPassword() {
    StackTemplate web = Synthesis.onEmr().template("Web");
    JsonNode site = web.only("AWS::Amplify::App");
    assertThat(site.path("Platform").asText()).isEqualTo("WEB_COMPUTE");
    assertThat(site.path("EnvironmentVariables"))
        .extracting(
            variable -> variable.at(variable.has("Name") ? "/Name" : "/Fn::If/1/Name").asText())
        .containsExactly(
            "NEXT_PUBLIC_CLICKSTREAM_ENDPOINT", "AMPLIFY_MONOREPO_APP_ROOT", "DATABASE_URL");
    assertThat(site.path("AccessToken").toString())
        .contains("{{resolve:secretsmanager:", "RepositoryAccess");
    assertThat(web.properties("AWS::Amplify::Branch")).hasSize(1);
  }

  /** CloudFormation replaces the reference at deployment; Prisma reads the result. */
  @Test
  void theUrlOfTheDatabaseRefersToItsSecretAndItsElasticIp() throws Exception {
    Synthesis platform = Synthesis.onEmr();
    StackTemplate oltp = platform.template("Oltp");
    JsonNode url =
        platform.template("Web").only("AWS::Amplify::App").at("/EnvironmentVariables/2/Value");
    assertThat(new Intrinsics(platform.templates()).resolve("Clickstream-Web", url))
        .isEqualTo(
            "postgresql://shop:{{resolve:secretsmanager:{Clickstream-Oltp."
                + oltp.id("AWS::SecretsManager::Secret", "ShopSecret")
                + "}:SecretString:password::}}@{Clickstream-Oltp."
                + oltp.id("AWS::EC2::EIP", "ElasticIp")
                + ".PublicIp}:5432/shop?sslmode=require");
    JsonNode secret = oltp.only("AWS::SecretsManager::Secret").path("GenerateSecretString");
    assertThat(secret.path("ExcludePunctuation").asBoolean())
        .as("the password needs no encoding in a URL")
        .isTrue();
    assertThat(oltp.only("AWS::EC2::EIPAssociation").at("/InstanceId/Ref").asText())
        .isEqualTo(oltp.id("AWS::EC2::Instance", "Host"));
    assertThat(Files.readString(HOME.resolve("infra/host/oltp/install"))).contains("hostssl shop");
  }

  /** docs.aws.amazon.com/amplify/latest/userguide/monorepo-configuration.html */
  @Test
  void anAppInAFolderIsBuiltInTheFormForMonorepos() throws Exception {
    StackTemplate web = Synthesis.onEmr().template("Web");
    JsonNode site = web.only("AWS::Amplify::App");
    JsonNode either = site.at("/BuildSpec/Fn::If");
    assertThat(either.get(0).asText()).isEqualTo("AppIsInAFolder");
    JsonNode inFolder = yaml(join(either.get(1)));
    assertThat(inFolder.path("version").asInt()).isEqualTo(1);
    JsonNode application = inFolder.at("/applications/0");
    assertThat(application.path("appRoot").asText()).isEqualTo("{AppRoot}");
    JsonNode variable = site.at("/EnvironmentVariables/1/Fn::If");
    assertThat(variable.at("/1/Value/Ref").asText())
        .as("the variable has the value of appRoot")
        .isEqualTo("AppRoot");
    // With the variable, Amplify refuses a specification without the key "applications":
    // github.com/aws-amplify/amplify-cli/issues/7600
    assertThat(variable.get(0).asText()).isEqualTo("AppIsInAFolder");
    assertThat(variable.at("/2/Ref").asText()).isEqualTo("AWS::NoValue");
    JsonNode alone = yaml(join(either.get(2)));
    assertThat(alone.path("frontend")).isEqualTo(application.path("frontend"));
    JsonNode frontend = alone.path("frontend");
    assertThat(frontend.at("/artifacts/baseDirectory").asText()).isEqualTo(".next");
    assertThat(frontend.at("/phases/preBuild/commands/0").asText()).isEqualTo("npm ci");
    // Server-side code sees only variables in this file:
    // docs.aws.amazon.com/amplify/latest/userguide/ssr-environment-variables.html
    assertThat(frontend.at("/phases/build/commands/0").asText())
        .contains("DATABASE_URL")
        .endsWith(">> .env.production");
    assertThat(frontend.at("/phases/build/commands/1").asText()).isEqualTo("{BuildCommand}");
  }

  private static String join(JsonNode text) {
    StringBuilder joined = new StringBuilder();
    for (JsonNode part : text.at("/Fn::Join/1")) {
      joined.append(part.isTextual() ? part.asText() : "'{" + part.path("Ref").asText() + "}'");
    }
    return joined.toString();
  }

  /** Reads YAML with the library of cfn-lint. */
  private static JsonNode yaml(String text) throws Exception {
    ProcessBuilder python =
        new ProcessBuilder(
            "python3",
            "-c",
            "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))");
    python
        .environment()
        .putAll(
            Map.of(
                "PYTHONPATH",
                HOME.resolve(".clickstream/cdk-tools").toString(),
                "PYTHONDONTWRITEBYTECODE",
                "1"));
    Process process = python.start();
    try (var in = process.outputWriter()) {
      in.write(text);
    }
    return new ObjectMapper().readTree(process.getInputStream());
  }

  @Test
  void theOriginOfThePagesIsAValueOfAllowedOrigins() {
    JsonNode origin = Synthesis.onEmr().template("Web").json().at("/Outputs/Origin/Value");
    assertThat(join(origin)).startsWith("https://'{Branch}'.");
    assertThat(origin.at("/Fn::Join/1/3/Fn::GetAtt/1").asText()).isEqualTo("DefaultDomain");
    assertThat(
            Synthesis.onEmr().template("Web").parameter("Branch").path("AllowedPattern").asText())
        .as("characters that stay the same in a domain")
        .isEqualTo("^[a-z0-9-]+$");
    assertThat("https://main.d1a2b3.amplifyapp.com")
        .matches(
            Synthesis.onEmr()
                .template("Ingest")
                .parameter("AllowedOrigins")
                .path("AllowedPattern")
                .asText());
  }

  @Test
  void assetsArePrivateAndServedByADistribution() {
    StackTemplate web = Synthesis.onEmr().template("Web");
    JsonNode bucket = web.only("AWS::S3::Bucket");
    assertThat(bucket.at("/PublicAccessBlockConfiguration/RestrictPublicBuckets").asBoolean())
        .isTrue();
    assertThat(bucket.path("BucketName").toString()).contains("AssetBucketName");
    JsonNode origin = web.only("AWS::CloudFront::Distribution").at("/DistributionConfig/Origins/0");
    assertThat(origin.path("OriginAccessControlId").isMissingNode()).isFalse();
    assertThat(web.parameter("AssetBucketName").path("Default").asText("x")).isEmpty();
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
  void onlyTheIngestFunctionAndTheStreamWriterAreLambdaFunctions() {
    // CDK adds functions for some custom resources, with wide policies.
    Synthesis.onEmr()
        .templates()
        .forEach(
            (name, template) -> {
              for (JsonNode resource : template.path("Resources")) {
                assertThat(resource.path("Type").asText()).doesNotStartWith("Custom::");
                if (resource.path("Type").asText().equals("AWS::Lambda::Function")) {
                  assertThat(name).isIn("Clickstream-Ingest", "Clickstream-Stream");
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

  /** A firewall of CloudFront exists in us-east-1 only, whatever region a deployment has. */
  // docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html
  @Test
  void onlyTheEdgeIsBoundToARegion() {
    Synthesis.onEmr()
        .stacks()
        .forEach(
            (name, stack) -> {
              String region = name.equals("Clickstream-Edge") ? "us-east-1" : "unknown-region";
              assertThat(stack.getEnvironment()).isEqualTo("aws://unknown-account/" + region);
            });
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
