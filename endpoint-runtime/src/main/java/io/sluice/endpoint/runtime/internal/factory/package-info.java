/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Which factories are there and which of them may serve a configuration. Depends on the OSGi
 * framework, the schemas, {@code control} and the candidates of {@code endpoint}, not on
 * configurations.
 */
package io.sluice.endpoint.runtime.internal.factory;
