/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Network addresses of backends: reading them, looking them up, and finding out in plain words why
 * no server answers. May depend on {@code concurrent}.
 */
package io.sluice.endpoint.support.net;
