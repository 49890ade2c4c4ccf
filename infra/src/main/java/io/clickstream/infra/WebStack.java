package io.clickstream.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.SecretValue;
import software.amazon.awscdk.services.amplify.CfnApp;
import software.amazon.awscdk.services.amplify.CfnBranch;
import software.amazon.awscdk.services.cloudfront.BehaviorOptions;
import software.amazon.awscdk.services.cloudfront.Distribution;
import software.amazon.awscdk.services.cloudfront.HttpVersion;
import software.amazon.awscdk.services.cloudfront.PriceClass;
import software.amazon.awscdk.services.cloudfront.ViewerProtocolPolicy;
import software.amazon.awscdk.services.cloudfront.origins.S3BucketOrigin;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.amazon.awscdk.services.s3.ObjectOwnership;
import software.constructs.Construct;

/**
 * Creates the shop's pages on Amplify, which includes CloudFront and the bucket of static files,
 * and a bucket of assets such as product images behind a distribution of its own. The pages send
 * events to the HTTP API, and read the shop's database if that stack exists.
 */
final class WebStack extends PlatformStack {

  private static final String IN_FOLDER = "AppIsInAFolder";

  /**
   * Creates the pages.
   *
   * @param oltp stack of the shop's database, or null if there is none
   */
  WebStack(Construct app, IngestStack ingest, OltpStack oltp) {
    super(app, "Web", "the shop's pages");
    CfnParameter repository =
        requiredText("Repository", "^https://.+$", "Git repository of the shop's pages");
    CfnParameter branch =
        text("Branch", "main", "^[a-z0-9-]+$", "What is built; it is a part of the domain");
    CfnParameter token =
        requiredText(
            "RepositoryAccess",
            "^[A-Za-z0-9/_+=.@-]+$",
            "Name of a secret that holds an access token for the repository, as plain text");
    CfnParameter root =
        text(
            "AppRoot",
            "",
            "^([A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*)?$",
            "Folder of the Next.js app in the repository; empty: the repository is the app");
    CfnParameter build =
        text("BuildCommand", "npm run build", "^[ -~]+$", "Builds the app, in its folder");
    CfnCondition.Builder.create(this, IN_FOLDER)
        .expression(Fn.conditionNot(Fn.conditionEquals(root.getValueAsString(), "")))
        .build();
    CfnApp site =
        CfnApp.Builder.create(this, "Site")
            .name(name("shop"))
            .platform("WEB_COMPUTE")
            .repository(repository.getValueAsString())
            .accessToken(SecretValue.secretsManager(token.getValueAsString()).unsafeUnwrap())
            .buildSpec(buildSpec(root, build))
            .environmentVariables(variables(ingest, oltp, root))
            .build();
    CfnBranch.Builder.create(this, "Main")
        .appId(site.getAttrAppId())
        .branchName(branch.getValueAsString())
        .stage("PRODUCTION")
        .enableAutoBuild(true)
        .framework("Next.js - SSR")
        .build();
    output("AppId", site.getAttrAppId(), "The Amplify app");
    output(
        "Origin",
        Fn.join(
            "", List.of("https://", branch.getValueAsString(), ".", site.getAttrDefaultDomain())),
        "Origin of the pages, for AllowedOrigins");
    assets();
  }

  /**
   * Returns the variables of the build. {@code AMPLIFY_MONOREPO_APP_ROOT} has the value of {@code
   * appRoot} of the build specification. It exists only with the form for monorepos, because
   * Amplify refuses every other form if the variable is set: {@code Monorepo spec provided without
   * "applications" key}.
   *
   * @see <a href="https://github.com/aws-amplify/amplify-cli/issues/7600">An issue of Amplify with
   *     this message</a>
   */
  private List<Object> variables(IngestStack ingest, OltpStack oltp, CfnParameter root) {
    List<Object> variables = new ArrayList<>();
    variables.add(
        variable(
            "NEXT_PUBLIC_CLICKSTREAM_ENDPOINT", ingest.api().getApiEndpoint() + "/clickstream"));
    variables.add(
        Fn.conditionIf(
            IN_FOLDER,
            Map.of("Name", "AMPLIFY_MONOREPO_APP_ROOT", "Value", root.getValueAsString()),
            Aws.NO_VALUE));
    if (oltp != null) {
      variables.add(variable("DATABASE_URL", oltp.databaseUrl()));
    }
    return variables;
  }

  /**
   * Returns the build specification. An app in a folder of the repository needs the form for
   * monorepos. Server-side code reads the environment of the build from {@code .env.production}
   * only.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/amplify/latest/userguide/monorepo-configuration.html">Configuring
   *     monorepo build settings</a>
   * @see <a
   *     href="https://docs.aws.amazon.com/amplify/latest/userguide/ssr-environment-variables.html">Making
   *     environment variables accessible to server-side runtimes</a>
   */
  private static String buildSpec(CfnParameter root, CfnParameter build) {
    String frontend =
        """
        frontend:
          phases:
            preBuild:
              commands:
                - npm ci
            build:
              commands:
                - env | grep -e '^DATABASE_URL=' -e '^NEXT_PUBLIC_' >> .env.production
                - %s
          artifacts:
            baseDirectory: .next
            files:
              - '**/*'
          cache:
            paths:
              - node_modules/**/*
              - .next/cache/**/*
        """
            .formatted(build.getValueAsString());
    String inFolder =
        "version: 1\napplications:\n  - appRoot: "
            + root.getValueAsString()
            + "\n"
            + frontend.indent(4);
    return Fn.conditionIf(IN_FOLDER, inFolder, "version: 1\n" + frontend).toString();
  }

  private static CfnApp.EnvironmentVariableProperty variable(String name, String value) {
    return CfnApp.EnvironmentVariableProperty.builder().name(name).value(value).build();
  }

  /** Creates the private bucket of product images and static files, and its distribution. */
  private void assets() {
    CfnParameter name =
        text(
            "AssetBucketName",
            "",
            "^$|^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$",
            "Name of the bucket of assets, globally unique; empty: CloudFormation generates one");
    CfnCondition.Builder.create(this, "AssetBucketIsNamed")
        .expression(Fn.conditionNot(Fn.conditionEquals(name.getValueAsString(), "")))
        .build();
    Bucket bucket =
        Bucket.Builder.create(this, "AssetBucket")
            .bucketName(
                Fn.conditionIf("AssetBucketIsNamed", name.getValueAsString(), Aws.NO_VALUE)
                    .toString())
            .encryption(BucketEncryption.S3_MANAGED)
            .enforceSsl(true)
            .minimumTlsVersion(1.2)
            .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
            .objectOwnership(ObjectOwnership.BUCKET_OWNER_ENFORCED)
            .versioned(true)
            .lifecycleRules(
                List.of(
                    LifecycleRule.builder()
                        .id("forget-old-versions")
                        .noncurrentVersionExpiration(Duration.days(30))
                        .abortIncompleteMultipartUploadAfter(Duration.days(1))
                        .build()))
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();
    explain(bucket, "AwsSolutions-S1", "The objects are public product images and static files.");
    Distribution distribution =
        Distribution.Builder.create(this, "Assets")
            .comment("Product images and static files")
            .defaultBehavior(
                BehaviorOptions.builder()
                    .origin(S3BucketOrigin.withOriginAccessControl(bucket))
                    .viewerProtocolPolicy(ViewerProtocolPolicy.HTTPS_ONLY)
                    .build())
            .httpVersion(HttpVersion.HTTP2_AND_3)
            .priceClass(PriceClass.PRICE_CLASS_200)
            .build();
    Map.of(
            "AwsSolutions-CFR1", "A shop sells to every country that its owner does not exclude.",
            "AwsSolutions-CFR2", "The distribution serves static objects; it runs no code.",
            "AwsSolutions-CFR3", "An access log of public images has no use for this platform.",
            "AwsSolutions-CFR4",
                "The certificate of the default domain fixes the policy. A shop with a domain of its"
                    + " own sets both.")
        .forEach((rule, reason) -> explain(distribution, rule, reason));
    output("AssetBucketOfPages", bucket.getBucketName(), "Product images and static files");
    output(
        "AssetOrigin",
        "https://" + distribution.getDistributionDomainName(),
        "Where browsers read the assets");
  }
}
