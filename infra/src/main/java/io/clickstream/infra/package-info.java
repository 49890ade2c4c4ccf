/**
 * The platform on AWS: one stack per concern, composed by {@link io.clickstream.infra.Platform}.
 *
 * <p>An option of the synthesis changes the shape: engine, optional stacks. A CloudFormation
 * parameter changes a value: origins, sizes, addresses. The synthesis looks nothing up, so the
 * templates are the same for every account.
 */
package io.clickstream.infra;
