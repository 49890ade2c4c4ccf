/** Evaluates the policies of synthesized templates: who may do what, as AWS would decide it. */
package io.clickstream.infra.policy;
