/** Stage 2: bytes to events, strictly, by the rules of the data dictionary. Pure. */
package io.clickstream.etl.parse;
