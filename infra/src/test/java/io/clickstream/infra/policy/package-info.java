/** Evaluates the policies of synthesized templates as AWS does. */
package io.clickstream.infra.policy;
