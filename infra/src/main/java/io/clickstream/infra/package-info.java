/**
 * The platform on AWS: one stack a concern, put together by {@link io.clickstream.infra.Platform}.
 *
 * <p>What changes the shape (engine, optional stacks) is an option of the synthesis; what changes a
 * value (origins, sizes, addresses) is a parameter of CloudFormation. Nothing is looked up at
 * synthesis, so the templates are the same for every account.
 */
package io.clickstream.infra;
