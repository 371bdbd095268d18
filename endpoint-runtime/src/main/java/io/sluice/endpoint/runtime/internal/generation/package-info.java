/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What the traffic sees of one plugin endpoint: the generation and the settings it was made with.
 * Depends on {@code control} alone.
 */
package io.sluice.endpoint.runtime.internal.generation;
