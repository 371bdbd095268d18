/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * One JSON Schema, every view of a configuration: nesting of flat keys, validation, defaults, typed
 * access, masking, the OSGi Metatype form and the reference page.
 *
 * <p>{@link io.sluice.endpoint.support.schema.EndpointSchema} is where to start. Trees are plain JDK
 * maps and lists; the JSON parser and the validator behind it never show. The package depends on
 * the API, Gson and the validator library, and on no other package of endpoint-support.
 */
package io.sluice.endpoint.support.schema;
