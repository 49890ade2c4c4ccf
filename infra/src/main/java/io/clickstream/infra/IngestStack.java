package io.clickstream.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.apigatewayv2.AddRoutesOptions;
import software.amazon.awscdk.services.apigatewayv2.CfnAuthorizer;
import software.amazon.awscdk.services.apigatewayv2.CfnRoute;
import software.amazon.awscdk.services.apigatewayv2.CfnStage;
import software.amazon.awscdk.services.apigatewayv2.CorsHttpMethod;
import software.amazon.awscdk.services.apigatewayv2.CorsPreflightOptions;
import software.amazon.awscdk.services.apigatewayv2.HttpApi;
import software.amazon.awscdk.services.apigatewayv2.HttpMethod;
import software.amazon.awscdk.services.apigatewayv2.HttpRoute;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.CfnFunction;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.lambda.VersionOptions;
import software.amazon.awscdk.services.logs.FilterPattern;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.MetricFilter;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/**
 * Creates the HTTP API and the ingest function, which may put objects under {@code events/} and, if
 * there is one, records on the stream, and nothing else. Both are outside the VPC.
 */
final class IngestStack extends PlatformStack {

  /** Namespace of the function's metrics. */
  static final String METRICS = "Clickstream/Ingest";

  /** Metric of responses with 429. */
  static final String THROTTLED = "Throttled";

  private static final String PATH = "/clickstream";

  /**
   * Format of the access log. Address and user agent are personal data and are absent; the event
   * has them.
   */
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
    super(app, "Ingest", "POST /clickstream, stored as S3 objects");
    CfnParameter origins =
        CfnParameter.Builder.create(this, "AllowedOrigins")
            .type("CommaDelimitedList")
            .allowedPattern("^(\\*|https?://[a-z0-9.-]+(:[0-9]{1,5})?)$")
            .description(
                "Origins of the pages that send events, such as https://shop.example,https://www.shop"
                    + ".example; * for development")
            .build();
    CfnParameter rate = number("RequestsPerSecond", 200, 1, 10_000, "Requests above are refused");
    CfnParameter burst = number("RequestBurst", 400, 1, 5_000, "Requests at one moment");

    live = function(buckets, options);
    api =
        HttpApi.Builder.create(this, "Api")
            .apiName(name("http-api"))
            .description("Takes clickstream events")
            .corsPreflight(
                CorsPreflightOptions.builder()
                    .allowOrigins(origins.getValueAsList())
                    .allowMethods(List.of(CorsHttpMethod.POST))
                    .allowHeaders(List.of("authorization", "content-type", "x-api-key"))
                    .exposeHeaders(List.of("retry-after"))
                    .maxAge(Duration.hours(2))
                    .build())
            .build();
    List<HttpRoute> routes =
        api.addRoutes(
            AddRoutesOptions.builder()
                .path(PATH)
                .methods(List.of(HttpMethod.POST))
                .integration(
                    new software.amazon.awscdk.aws_apigatewayv2_integrations.HttpLambdaIntegration(
                        "Ingest", live))
                .build());
    authorize((CfnRoute) routes.get(0).getNode().getDefaultChild());
    throttleAndLog(rate, burst);
    explain(
        api,
        "AwsSolutions-APIG4",
        "Visitors' browsers send events, most of them before a login: there is nobody to"
            + " authorize. Requests are throttled, and what is no event is refused.");
    output("Endpoint", api.getApiEndpoint() + PATH, "Where trackers send events");
    output("FunctionName", functionName(), "The function");
  }

  /**
   * Lets only callers with a token of an issuer send events, if the parameters name one: Cognito,
   * or any other issuer of OpenID Connect.
   */
  private void authorize(CfnRoute route) {
    CfnParameter issuer =
        text(
            "JwtIssuer",
            "",
            "^$|^https://[!-~]+$",
            "Issuer of the tokens that callers need, such as https://cognito-idp.<region>.amazonaws"
                + ".com/<UserPoolId>; empty: callers need none");
    CfnParameter audience =
        text("JwtAudience", "", "^[!-~]*$", "Client of the issuer, such as UserPoolClientId");
    CfnCondition given =
        CfnCondition.Builder.create(this, "JwtIssuerIsGiven")
            .expression(Fn.conditionNot(Fn.conditionEquals(issuer.getValueAsString(), "")))
            .build();
    CfnAuthorizer authorizer =
        CfnAuthorizer.Builder.create(this, "Authorizer")
            .apiId(api.getApiId())
            .name(name("callers"))
            .authorizerType("JWT")
            .identitySource(List.of("$request.header.Authorization"))
            .jwtConfiguration(
                CfnAuthorizer.JWTConfigurationProperty.builder()
                    .issuer(issuer.getValueAsString())
                    .audience(List.of(audience.getValueAsString()))
                    .build())
            .build();
    authorizer.getCfnOptions().setCondition(given);
    String condition = given.getLogicalId();
    route.setAuthorizationType(Fn.conditionIf(condition, "JWT", "NONE").toString());
    route.setAuthorizerId(Fn.conditionIf(condition, authorizer.getRef(), Aws.NO_VALUE).toString());
  }

  private Alias function(BucketsStack buckets, PlatformOptions options) {
    CfnParameter memory =
        number("FunctionMemoryMb", 1_024, 512, 3_008, "More memory is more of a processor, too");
    CfnParameter architecture =
        choice(
            "Architecture",
            "arm64",
            List.of("arm64", "x86_64"),
            "Processor of the function; arm64 costs a fifth less");
    CfnParameter concurrency =
        number(
            "ConcurrentRequests",
            50,
            0,
            1_000,
            "Most environments of the function: bounds its cost, and leaves the account's others"
                + " their share; 0: no bound but the account's. A new account has ten in all and can"
                + " reserve none, so use 0 until its quota is raised");
    CfnCondition.Builder.create(this, "ConcurrencyIsReserved")
        .expression(Fn.conditionNot(Fn.conditionEquals(concurrency.getValueAsString(), "0")))
        .build();
    boolean stream = options.with().contains(OptionalStack.STREAM);
    FunctionSettings settings = new FunctionSettings(this, stream);
    LogGroup log = log("IngestLog", "/aws/lambda/" + functionName());
    Role role = role(buckets, log, settings, stream);
    Function function =
        Function.Builder.create(this, "IngestFunction")
            .functionName(functionName())
            .description("Stores clickstream events as objects on S3")
            .runtime(Runtime.JAVA_25)
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
                    // CDK names a version by the template, which a new parameter value does not
                    // change: the alias would keep the old version. A new description creates a
                    // new version.
                    .description(
                        Fn.join(
                            ", ",
                            List.of(
                                memory.getValueAsString() + " MB",
                                architecture.getValueAsString(),
                                concurrency.getValueAsString() + " at once",
                                settings.description())))
                    // Earlier versions are kept for a rollback (docs/runbook.md).
                    .removalPolicy(RemovalPolicy.RETAIN)
                    .build())
            .build();
    CfnFunction template = (CfnFunction) function.getNode().getDefaultChild();
    // Lambda refuses a reservation that leaves less than its minimum to other functions:
    // docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    template.addPropertyOverride(
        "ReservedConcurrentExecutions",
        Map.of(
            "Fn::If",
            List.of(
                "ConcurrencyIsReserved",
                Map.of("Ref", concurrency.getLogicalId()),
                Map.of("Ref", "AWS::NoValue"))));
    template.setArchitectures(List.of(architecture.getValueAsString()));
    // CDK makes the function depend on the policy and, redundantly, on the role.
    template.addMetadata("cfn-lint", Map.of("config", Map.of("ignore_checks", List.of("W3005"))));
    Annotations.of(function)
        .acknowledgeWarning(
            "@aws-cdk/aws-lambda:snapStartRequirePublish",
            "The alias refers to a published version");
    // SnapStart needs published versions: each deployment publishes one and moves the alias.
    return Alias.Builder.create(this, "Live")
        .aliasName("live")
        .version(function.getCurrentVersion())
        .build();
  }

  /** Creates the role of the function, which may do no more than the function does. */
  private Role role(BucketsStack buckets, LogGroup log, FunctionSettings settings, boolean stream) {
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
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("secretsmanager:GetSecretValue"))
            .resources(List.of(settings.secretArn()))
            .build());
    if (stream) {
      role.addToPolicy(
          PolicyStatement.Builder.create()
              .actions(List.of("kinesis:PutRecords"))
              .resources(List.of(StreamStack.arn(this)))
              .build());
    }
    explain(
        role,
        "AwsSolutions-IAM5",
        "Keys of events and streams of a log are created at run time, under one prefix.");
    return role;
  }

  private void throttleAndLog(CfnParameter rate, CfnParameter burst) {
    LogGroup log = log("AccessLog", "/" + prefix() + "/access");
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
    // The API's own metric counts all 4xx together.
    MetricFilter.Builder.create(this, "Throttled")
        .logGroup(log)
        .filterPattern(FilterPattern.stringValue("$.status", "=", "429"))
        .metricNamespace(metrics("Ingest"))
        .metricName(THROTTLED)
        .metricValue("1")
        .build();
  }

  private LogGroup log(String id, String name) {
    return LogGroup.Builder.create(this, id)
        .logGroupName(name)
        .retention(RetentionDays.ONE_MONTH)
        .removalPolicy(RemovalPolicy.DESTROY)
        .build();
  }

  /** Returns the name of the function, which is a dimension of its metrics. */
  String functionName() {
    return name("lambda-ingest");
  }

  HttpApi api() {
    return api;
  }

  Alias live() {
    return live;
  }
}
