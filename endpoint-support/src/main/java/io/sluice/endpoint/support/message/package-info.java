/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Messages as protocols and bounds see them: header values in the forms that protocols can carry,
 * and sizes.
 *
 * <p>Depends on the API and Gson alone.
 */
package io.sluice.endpoint.support.message;
