package io.clickstream.infra;

import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.cognito.AccountRecovery;
import software.amazon.awscdk.services.cognito.AuthFlow;
import software.amazon.awscdk.services.cognito.FeaturePlan;
import software.amazon.awscdk.services.cognito.Mfa;
import software.amazon.awscdk.services.cognito.MfaSecondFactor;
import software.amazon.awscdk.services.cognito.PasswordPolicy;
import software.amazon.awscdk.services.cognito.SignInAliases;
import software.amazon.awscdk.services.cognito.UserPool;
import software.amazon.awscdk.services.cognito.UserPoolClient;
import software.amazon.awscdk.services.cognito.UserPoolClientOptions;
import software.constructs.Construct;

/**
 * Creates the user pool of the shop. Only the shop's pages put its user ids into events, as {@code
 * userId}.
 */
final class AuthStack extends PlatformStack {

  AuthStack(Construct app) {
    super(app, "Auth", "the shop's users");
    UserPool users =
        UserPool.Builder.create(this, "Users")
            .userPoolName(name("users"))
            .selfSignUpEnabled(true)
            .signInAliases(SignInAliases.builder().email(true).build())
            .signInCaseSensitive(false)
            .passwordPolicy(
                PasswordPolicy.builder()
                    .minLength(12)
                    .requireLowercase(true)
                    .requireUppercase(true)
                    .requireDigits(true)
                    .requireSymbols(true)
                    .tempPasswordValidity(Duration.days(3))
                    .build())
            .mfa(Mfa.OPTIONAL)
            .mfaSecondFactor(MfaSecondFactor.builder().otp(true).sms(false).build())
            .accountRecovery(AccountRecovery.EMAIL_ONLY)
            .featurePlan(FeaturePlan.ESSENTIALS)
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();
    UserPoolClient client =
        users.addClient(
            "Shop",
            UserPoolClientOptions.builder()
                .userPoolClientName("shop")
                .generateSecret(false)
                .preventUserExistenceErrors(true)
                .authFlows(AuthFlow.builder().userSrp(true).build())
                .disableOAuth(true)
                .build());
    String threats =
        "Threat protection belongs to the Plus plan, which costs several times as much per user."
            + " A shop that wants it changes the plan here.";
    for (String rule : List.of("AwsSolutions-COG3", "AwsSolutions-COG8")) {
      explain(users, rule, threats);
    }
    explain(
        users,
        "AwsSolutions-COG2",
        "Customers may have a second factor. Customers who are forced to use one do not buy.");
    output("UserPoolId", users.getUserPoolId(), "For the shop's pages");
    output("UserPoolClientId", client.getUserPoolClientId(), "For the shop's pages");
  }
}
