/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Build-time annotations that write the {@code io.sluice.endpoint} capability and requirement
 * headers of a bundle. They leave no import behind.
 */
@Export
@Version("1.0.0")
package io.sluice.endpoint.annotation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
