package io.clickstream.infra;

import java.util.List;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretStringGenerator;
import software.constructs.Construct;

/**
 * The shop's own database, with a minimal schema: on a host with a public address, since Amplify
 * calls from outside the VPC, and with every port closed until a parameter of the network opens it.
 */
final class OltpStack extends PlatformStack {

  OltpStack(Construct app, NetworkStack network, BucketsStack buckets, PlatformOptions options) {
    super(app, "Oltp", "the shop's database");
    Secret shop =
        Secret.Builder.create(this, "ShopSecret")
            .description("The shop's DATABASE_URL is made of this")
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
        "A new value of the secret is taken over when the host's installation runs again; the"
            + " shop's deployment has to take it at the same time.");
    Role role = HostRole.create(this, "HostRole", "The shop's database host");
    HostRole.mayRead(role, shop.getSecretArn());
    new DatabaseHost(
        this,
        new DatabaseHost.Place(
            "clickstream-oltp",
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
