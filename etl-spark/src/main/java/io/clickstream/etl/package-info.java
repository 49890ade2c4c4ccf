/**
 * The Spark job: loads raw objects into the warehouse.
 *
 * <p>Packages in call order:
 *
 * <ol>
 *   <li>{@code cli} reads the arguments and makes a request of them.
 *   <li>{@code job} has one recipe class per job; {@code LoadSlice} is the main one.
 *   <li>{@code source}, {@code parse}, {@code dedupe} and {@code sessionize} are the stages that a
 *       recipe calls. The last three are pure.
 *   <li>{@code staging} and {@code warehouse} read and write PostgreSQL.
 *   <li>{@code sql} executes statements and {@code schema} lists columns, for all packages above.
 * </ol>
 *
 * <p>No package calls one before it. {@code ArchitectureTest} verifies this.
 */
package io.clickstream.etl;
