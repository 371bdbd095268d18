/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/** Services that come and go with what they belong to. Depends on the framework alone. */
package io.sluice.endpoint.management.internal.registration;
