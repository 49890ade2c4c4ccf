/**
 * The front door on a laptop: an HTTP API as API Gateway has it, before the deployable function in
 * AWS's own Lambda runtime interface client.
 *
 * <p>Data flow: {@link io.clickstream.local.gateway.HttpApi} turns a request into an event of
 * payload format 2.0, {@link io.clickstream.local.gateway.LambdaRuntime} gives it to one of its
 * worker processes, whose answer goes the same way back.
 */
package io.clickstream.local.gateway;
