package io.clickstream.infra;

import java.util.List;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretStringGenerator;
import software.constructs.Construct;

/**
 * Creates the shop's own database with a minimal schema. Its host has a public address, because
 * Amplify calls from outside the VPC. Every port is closed until a parameter of the network opens
 * it.
 */
final class OltpStack extends PlatformStack {

  OltpStack(Construct app, NetworkStack network, BucketsStack buckets, PlatformOptions options) {
    super(app, "Oltp", "the shop's database");
    Secret shop =
        Secret.Builder.create(this, "ShopSecret")
            .description("User and password of the shop's DATABASE_URL")
            .generateSecretString(
                SecretStringGenerator.builder()
                    .secretStringTemplate("{\"username\":\"shop\"}")
                    .generateStringKey("password")
                    .excludePunctuation(true)
                    .passwordLength(32)
                    .build())
            .build();
    explain(
        shop,
        "AwsSolutions-SMG4",
        "A new value of the secret applies when the installation of the host runs again. The"
            + " shop must be deployed with it at the same time.");
    Role role = HostRole.create(this, "HostRole", "The shop's database host");
    HostRole.mayRead(role, shop.getSecretArn());
    new DatabaseHost(
        this,
        new DatabaseHost.Place(
            "oltp",
            name("oltp"),
            network.publicSubnetId(),
            true,
            List.of(network.oltpGroupId()),
            network.availabilityZone(),
            "t3.small",
            20),
        role,
        Asset.Builder.create(this, "HostFolder")
            .path(options.home().resolve("infra/host/oltp").toString())
            .build(),
        shop.getSecretArn());
    output("ShopSecretArn", shop.getSecretArn(), "User and password of the shop's database");
  }
}
