/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * One JSON Schema, every view of a configuration: nesting of flat keys, validation, defaults, typed
 * access, masking, the OSGi Metatype form and the reference page.
 *
 * <p>{@link io.sluice.endpoint.support.schema.EndpointSchema} is where to start. Trees are plain
 * JDK maps and lists; the JSON parser and the validator behind it never show. The package depends
 * on the API, Gson and the validator library, and on no other package of endpoint-support.
 *
 * <p>What a schema's author should know beyond JSON Schema 2020-12:
 *
 * <ul>
 *   <li>A key that no {@code properties} names is unknown, also without {@code
 *       additionalProperties: false}. A map with keys of the operator's choice is an object with
 *       {@code additionalProperties} or {@code patternProperties}, or with no properties at all.
 *   <li>{@code format: password} marks a secret; {@code uri} (absolute) and {@code regex} are
 *       checked; other formats only describe.
 *   <li>{@code maxBytes} bounds the length of text in UTF-8.
 *   <li>Of several types that a place takes, {@code string} first keeps text as it is; after others,
 *       text that reads as one of them becomes that: {@code "5"} a number.
 *   <li>{@code title} in an {@code if} puts the condition into words where its own are not good
 *       enough; {@code errorMessage} beside a keyword words what is wanted.
 *   <li>A {@code default} in a {@code then} or {@code else} goes before one that always applies. An
 *       optional object is filled in with its defaults only if that makes it valid.
 *   <li>{@code $ref} points into the same document and never in a circle.
 * </ul>
 */
package io.sluice.endpoint.support.schema;
