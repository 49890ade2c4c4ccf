package io.clickstream.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.apigatewayv2.AddRoutesOptions;
import software.amazon.awscdk.services.apigatewayv2.CfnStage;
import software.amazon.awscdk.services.apigatewayv2.CorsHttpMethod;
import software.amazon.awscdk.services.apigatewayv2.CorsPreflightOptions;
import software.amazon.awscdk.services.apigatewayv2.HttpApi;
import software.amazon.awscdk.services.apigatewayv2.HttpMethod;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.CfnFunction;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.lambda.VersionOptions;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/**
 * Ingestion: the HTTP API, and the function that may put objects under {@code events/} and nothing
 * else. Outside the VPC, as the API is.
 */
final class IngestStack extends PlatformStack {

  static final String API = "clickstream-http-api";
  static final String FUNCTION = "clickstream-lambda-ingest";

  /** Namespace of what the function tells. */
  static final String METRICS = "Clickstream/Ingest";

  private static final String PATH = "/clickstream";

  /** No address and no user agent: those are personal, and the event has them. */
  private static final String ACCESS_LOG_LINE =
      "{\"time\":\"$context.requestTime\",\"requestId\":\"$context.requestId\","
          + "\"route\":\"$context.routeKey\",\"status\":\"$context.status\","
          + "\"responseLength\":\"$context.responseLength\","
          + "\"latencyMs\":\"$context.responseLatency\","
          + "\"error\":\"$context.error.message\","
          + "\"integrationError\":\"$context.integrationErrorMessage\"}";

  private final HttpApi api;
  private final Alias live;

  IngestStack(Construct app, BucketsStack buckets, PlatformOptions options) {
    super(app, "Ingest", "POST /clickstream, stored as objects");
    CfnParameter origins =
        CfnParameter.Builder.create(this, "AllowedOrigins")
            .type("CommaDelimitedList")
            .allowedPattern("^(\\*|https?://[a-z0-9.-]+(:[0-9]{1,5})?)$")
            .description(
                "Origins of the pages that send events, such as https://shop.example,https://www.shop"
                    + ".example; * for development")
            .build();
    CfnParameter rate = number("RequestsPerSecond", 500, 1, 10_000, "Requests above are refused");
    CfnParameter burst = number("RequestBurst", 1_000, 1, 5_000, "Requests at one moment");

    live = function(buckets, options);
    api =
        HttpApi.Builder.create(this, "Api")
            .apiName(API)
            .description("Takes clickstream events")
            .corsPreflight(
                CorsPreflightOptions.builder()
                    .allowOrigins(origins.getValueAsList())
                    .allowMethods(List.of(CorsHttpMethod.POST))
                    .allowHeaders(List.of("content-type", "x-api-key"))
                    .exposeHeaders(List.of("retry-after"))
                    .maxAge(Duration.hours(2))
                    .build())
            .build();
    api.addRoutes(
        AddRoutesOptions.builder()
            .path(PATH)
            .methods(List.of(HttpMethod.POST))
            .integration(
                new software.amazon.awscdk.aws_apigatewayv2_integrations.HttpLambdaIntegration(
                    "Ingest", live))
            .build());
    throttleAndLog(rate, burst);
    explain(
        api,
        "AwsSolutions-APIG4",
        "Visitors' browsers send events, most of them before anybody logs in: there is nobody to"
            + " authorize. Requests are throttled, and what is no event is refused.");
    output("Endpoint", api.getApiEndpoint() + PATH, "Where trackers send events");
    output("FunctionName", FUNCTION, "The function");
  }

  private Alias function(BucketsStack buckets, PlatformOptions options) {
    CfnParameter memory =
        number("FunctionMemoryMb", 1_024, 512, 3_008, "More memory is more of a processor, too");
    FunctionSettings settings = new FunctionSettings(this);
    LogGroup log = log("IngestLog", "/aws/lambda/" + FUNCTION);
    Role role =
        Role.Builder.create(this, "IngestRole")
            .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
            .description("Puts events, and writes its own log")
            .build();
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("s3:PutObject"))
            .resources(List.of(buckets.raw().arnForObjects(BucketsStack.EVENTS + "*")))
            .build());
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("logs:CreateLogStream", "logs:PutLogEvents"))
            .resources(List.of(log.getLogGroupArn()))
            .build());
    explain(
        role,
        "AwsSolutions-IAM5",
        "Keys of events are made at run time, under one prefix; streams of a log are, too.");
    Function function =
        Function.Builder.create(this, "IngestFunction")
            .functionName(FUNCTION)
            .description("Stores clickstream events as objects on S3")
            .runtime(Runtime.JAVA_25)
            .architecture(Architecture.ARM_64)
            .handler("io.clickstream.ingest.IngestHandler")
            .code(Code.fromAsset(options.ingestJar().toString()))
            .memorySize(memory.getValueAsNumber())
            // Three attempts at S3 of three seconds each, and what is around them.
            .timeout(Duration.seconds(15))
            .role(role)
            .logGroup(log)
            .environment(settings.environment(buckets.raw().getBucketName()))
            .snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS)
            .currentVersionOptions(
                VersionOptions.builder()
                    // CDK names a version by the template, which a parameter's new value doesn't
                    // change: the alias would stay with the old one. Another description is another
                    // version.
                    .description(
                        Fn.join(
                            ", ",
                            List.of(memory.getValueAsString() + " MB", settings.description())))
                    // To go back to: see docs/runbook.md.
                    .removalPolicy(RemovalPolicy.RETAIN)
                    .build())
            .build();
    // CDK lets the function wait for its role's policy, and for the role as well, needlessly.
    ((CfnFunction) function.getNode().getDefaultChild())
        .addMetadata("cfn-lint", Map.of("config", Map.of("ignore_checks", List.of("W3005"))));
    Annotations.of(function)
        .acknowledgeWarning(
            "@aws-cdk/aws-lambda:snapStartRequirePublish", "The alias is of a published version");
    // SnapStart is for published versions: each deployment publishes one, and the alias moves on.
    return Alias.Builder.create(this, "Live")
        .aliasName("live")
        .version(function.getCurrentVersion())
        .build();
  }

  private void throttleAndLog(CfnParameter rate, CfnParameter burst) {
    LogGroup log = log("AccessLog", "/clickstream/access");
    CfnStage stage = (CfnStage) api.getDefaultStage().getNode().getDefaultChild();
    stage.setDefaultRouteSettings(
        CfnStage.RouteSettingsProperty.builder()
            .throttlingRateLimit(rate.getValueAsNumber())
            .throttlingBurstLimit(burst.getValueAsNumber())
            .build());
    stage.setAccessLogSettings(
        CfnStage.AccessLogSettingsProperty.builder()
            .destinationArn(log.getLogGroupArn())
            .format(ACCESS_LOG_LINE)
            .build());
  }

  private LogGroup log(String id, String name) {
    return LogGroup.Builder.create(this, id)
        .logGroupName(name)
        .retention(RetentionDays.ONE_MONTH)
        .removalPolicy(RemovalPolicy.DESTROY)
        .build();
  }

  HttpApi api() {
    return api;
  }

  Alias live() {
    return live;
  }
}
