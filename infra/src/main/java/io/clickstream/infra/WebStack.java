package io.clickstream.infra;

import java.util.List;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.SecretValue;
import software.amazon.awscdk.services.amplify.CfnApp;
import software.amazon.awscdk.services.amplify.CfnBranch;
import software.constructs.Construct;

/**
 * Creates the shop's pages on Amplify, which includes CloudFront and the bucket of static files.
 * The pages send events to the HTTP API.
 */
final class WebStack extends PlatformStack {

  WebStack(Construct app, IngestStack ingest) {
    super(app, "Web", "the shop's pages");
    CfnParameter repository =
        requiredText("Repository", "^https://.+$", "Git repository of the shop's pages");
    CfnParameter branch = text("Branch", "main", "^.+$", "What is built");
    CfnParameter token =
        requiredText(
            "RepositoryAccess",
            "^[A-Za-z0-9/_+=.@-]+$",
            "Name of a secret that holds an access token for the repository, as plain text");
    CfnParameter root =
        text("AppRoot", ".", "^[A-Za-z0-9/._-]+$", "Folder of the Next.js app in the repository");
    CfnApp site =
        CfnApp.Builder.create(this, "Site")
            .name(name("shop"))
            .platform("WEB_COMPUTE")
            .repository(repository.getValueAsString())
            .accessToken(SecretValue.secretsManager(token.getValueAsString()).unsafeUnwrap())
            .environmentVariables(
                List.of(
                    variable(
                        "NEXT_PUBLIC_CLICKSTREAM_ENDPOINT",
                        ingest.api().getApiEndpoint() + "/clickstream"),
                    variable("AMPLIFY_MONOREPO_APP_ROOT", root.getValueAsString())))
            .build();
    CfnBranch.Builder.create(this, "Main")
        .appId(site.getAttrAppId())
        .branchName(branch.getValueAsString())
        .stage("PRODUCTION")
        .enableAutoBuild(true)
        .framework("Next.js - SSR")
        .build();
    output("DefaultDomain", site.getAttrDefaultDomain(), "An origin for AllowedOrigins");
  }

  private static CfnApp.EnvironmentVariableProperty variable(String name, String value) {
    return CfnApp.EnvironmentVariableProperty.builder().name(name).value(value).build();
  }
}
