package io.clickstream.infra.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The evaluator decides as AWS does and rejects unknown constructs. */
class PolicyTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Policy policy(String... statements) {
    return new Policy(
        json("{'Version':'2012-10-17','Statement':[" + String.join(",", statements) + "]}"),
        new Intrinsics(Map.of("S", json("{'Resources':{'B':{'Type':'AWS::S3::Bucket'}}}"))),
        "S",
        false);
  }

  private static Policy.Answer ask(Policy policy, String action, String resource) {
    return policy.answer("*", Request.of(action, resource));
  }

  @Test
  void aRequestWithoutAStatementIsDenied() {
    Policy policy =
        policy("{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*'}");
    assertThat(ask(policy, "s3:GetObject", "arn:aws:s3:::b/k")).isEqualTo(Policy.Answer.ALLOWED);
    assertThat(ask(policy, "s3:PutObject", "arn:aws:s3:::b/k")).isEqualTo(Policy.Answer.SILENT);
    assertThat(ask(policy, "s3:GetObject", "arn:aws:s3:::c/k")).isEqualTo(Policy.Answer.SILENT);
  }

  @Test
  void aDenialWinsInAnyOrder() {
    String allow = "{'Effect':'Allow','Action':'s3:*','Resource':'*'}";
    String deny = "{'Effect':'Deny','Action':'s3:DeleteObject','Resource':'*'}";
    for (Policy policy : List.of(policy(allow, deny), policy(deny, allow))) {
      assertThat(ask(policy, "s3:DeleteObject", "x")).isEqualTo(Policy.Answer.DENIED);
      assertThat(ask(policy, "s3:GetObject", "x")).isEqualTo(Policy.Answer.ALLOWED);
    }
  }

  @Test
  void actionsIgnoreCaseAndResourcesDoNot() {
    Policy policy = policy("{'Effect':'Allow','Action':'S3:get*','Resource':'arn:aws:s3:::B'}");
    assertThat(ask(policy, "s3:GetObject", "arn:aws:s3:::B")).isEqualTo(Policy.Answer.ALLOWED);
    assertThat(ask(policy, "s3:GetObject", "arn:aws:s3:::b")).isEqualTo(Policy.Answer.SILENT);
  }

  @Test
  void aConditionOnAnAbsentKeyDoesNotHold() {
    Policy policy =
        policy(
            "{'Effect':'Allow','Action':'a:b','Resource':'*',"
                + "'Condition':{'StringEquals':{'k':'v'}}}");
    Request request = Request.of("a:b", "x");
    assertThat(policy.answer("*", request)).isEqualTo(Policy.Answer.SILENT);
    assertThat(policy.answer("*", request.with("k", "w"))).isEqualTo(Policy.Answer.SILENT);
    assertThat(policy.answer("*", request.with("k", "v"))).isEqualTo(Policy.Answer.ALLOWED);
  }

  @Test
  void functionsAreResolved() {
    Policy policy =
        policy(
            "{'Effect':'Allow','Action':'s3:GetObject','Resource':"
                + "{'Fn::Join':['',[{'Fn::GetAtt':['B','Arn']},'/events/*']]}}");
    assertThat(ask(policy, "s3:GetObject", "arn:aws:s3:::{S.B}/events/x"))
        .isEqualTo(Policy.Answer.ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'Effect':'Allow','NotAction':'s3:*','Resource':'*'}",
        "{'Effect':'Allow','Action':'s3:*','NotResource':'x'}",
        "{'Effect':'Permit','Action':'s3:*','Resource':'x'}",
        "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'x'}",
        "{'Effect':'Allow','Action':'s3:*','Resource':'x','Condition':{'IpAddress':{'k':'v'}}}",
        "{'Effect':'Allow','Action':'s3:*','Resource':'x','Condition':{'NumericEqualsIfExists':{'k':'v'}}}",
        "{'Effect':'Allow','Action':'s3:*','Resource':{'Fn::If':['c','x','*']}}",
        "{'Effect':'Allow','Action':'s3:*','Resource':{'Ref':'Nobody'}}",
        "{'Effect':'Allow','Action':'s3:*','Resource':'x','Surprise':1}"
      })
  void whateverItDoesNotKnowItRefuses(String statement) {
    assertThatThrownBy(() -> policy(statement)).isInstanceOf(UnknownPolicyConstructException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'Type':'AWS::IAM::ManagedPolicy','Properties':{}}",
        "{'Type':'AWS::IAM::User','Properties':{}}",
        "{'Type':'AWS::IAM::Role','Properties':{'ManagedPolicyArns':['arn:aws:iam::aws:policy/AdministratorAccess']}}",
        "{'Type':'AWS::IAM::Role','Properties':{'PermissionsBoundary':'arn:aws:iam::1:policy/x'}}"
      })
  void waysOfGrantingThatItCannotReadAreRefused(String resource) {
    Map<String, JsonNode> templates = Map.of("S", json("{'Resources':{'R':" + resource + "}}"));
    assertThatThrownBy(() -> Role.all(templates))
        .isInstanceOf(UnknownPolicyConstructException.class);
  }
}
