/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Values of messages in the forms that protocols can carry.
 *
 * <p>Depends on the API and Gson alone.
 */
package io.sluice.endpoint.support.message;
