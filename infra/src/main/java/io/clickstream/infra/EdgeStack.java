package io.clickstream.infra;

import java.util.List;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.services.cloudfront.AllowedMethods;
import software.amazon.awscdk.services.cloudfront.BehaviorOptions;
import software.amazon.awscdk.services.cloudfront.CachePolicy;
import software.amazon.awscdk.services.cloudfront.Distribution;
import software.amazon.awscdk.services.cloudfront.OriginProtocolPolicy;
import software.amazon.awscdk.services.cloudfront.OriginRequestPolicy;
import software.amazon.awscdk.services.cloudfront.ViewerProtocolPolicy;
import software.amazon.awscdk.services.cloudfront.origins.HttpOrigin;
import software.amazon.awscdk.services.wafv2.CfnWebACL;
import software.constructs.Construct;

/**
 * Creates a CloudFront distribution in front of the HTTP API, with a firewall that limits the
 * requests of each address. The firewall counts all requests of an address; the function counts in
 * each of its processes alone.
 *
 * <p>A firewall of CloudFront exists in us-east-1 only, so the stack names the API by a parameter.
 */
final class EdgeStack extends PlatformStack {

  EdgeStack(Construct app) {
    super(
        app,
        "Edge",
        "a limit per address in front of the HTTP API",
        Environment.builder().region("us-east-1").build());
    CfnParameter api =
        requiredText(
            "ApiHost",
            "^[a-z0-9]+\\.execute-api\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?$",
            "Host of the output Endpoint of Clickstream-Ingest");
    CfnParameter rate =
        number(
            "RequestsPerFiveMinutes",
            3_000,
            10,
            2_000_000,
            "Requests above, of one address, are refused. Mobile networks share addresses");
    CfnWebACL firewall =
        CfnWebACL.Builder.create(this, "Firewall")
            .scope("CLOUDFRONT")
            .defaultAction(
                CfnWebACL.DefaultActionProperty.builder()
                    .allow(CfnWebACL.AllowActionProperty.builder().build())
                    .build())
            .visibilityConfig(counted(name("edge")))
            .rules(
                List.of(
                    CfnWebACL.RuleProperty.builder()
                        .name("rate")
                        .priority(0)
                        .action(
                            CfnWebACL.RuleActionProperty.builder()
                                .block(CfnWebACL.BlockActionProperty.builder().build())
                                .build())
                        .statement(
                            CfnWebACL.StatementProperty.builder()
                                .rateBasedStatement(
                                    CfnWebACL.RateBasedStatementProperty.builder()
                                        .aggregateKeyType("IP")
                                        .evaluationWindowSec(300)
                                        .limit(rate.getValueAsNumber())
                                        .build())
                                .build())
                        .visibilityConfig(counted(name("edge-rate")))
                        .build()))
            .build();
    Distribution edge =
        Distribution.Builder.create(this, "Distribution")
            .comment("Takes clickstream events")
            .webAclId(firewall.getAttrArn())
            .defaultBehavior(
                BehaviorOptions.builder()
                    .origin(
                        HttpOrigin.Builder.create(api.getValueAsString())
                            .protocolPolicy(OriginProtocolPolicy.HTTPS_ONLY)
                            .build())
                    .allowedMethods(AllowedMethods.ALLOW_ALL)
                    .cachePolicy(CachePolicy.CACHING_DISABLED)
                    .originRequestPolicy(OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER)
                    .viewerProtocolPolicy(ViewerProtocolPolicy.HTTPS_ONLY)
                    .build())
            .build();
    explain(edge, "AwsSolutions-CFR1", "Visitors of the shop may be anywhere.");
    explain(edge, "AwsSolutions-CFR3", "The API logs each request; a second log costs twice.");
    explain(
        edge,
        "AwsSolutions-CFR4",
        "The certificate of cloudfront.net is fixed. A shop with a domain of its own sets TLS"
            + " 1.2.");
    output(
        "Endpoint",
        "https://" + edge.getDistributionDomainName() + "/clickstream",
        "Where trackers send events");
  }

  private static CfnWebACL.VisibilityConfigProperty counted(String metric) {
    return CfnWebACL.VisibilityConfigProperty.builder()
        .metricName(metric)
        .cloudWatchMetricsEnabled(true)
        .sampledRequestsEnabled(false)
        .build();
  }
}
