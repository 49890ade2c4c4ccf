/**
 * API Gateway and Lambda on one machine: a local HTTP API that invokes the deployable ingest
 * function in AWS's own runtime interface client.
 *
 * <p>Data flow: {@link io.clickstream.local.gateway.HttpApi} turns a request into an event in
 * payload format 2.0. {@link io.clickstream.local.gateway.LambdaRuntime} queues the event for one
 * of its processes. The function's response takes the same way back.
 */
package io.clickstream.local.gateway;
