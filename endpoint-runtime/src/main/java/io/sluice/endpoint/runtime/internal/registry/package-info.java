/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The wiring: which configuration becomes which endpoint, with which factories. Everything here is
 * owned by the control thread unless a class says otherwise; calls into the framework, whose
 * listeners may do anything, are made on threads of their own. Depends on {@code configuration},
 * {@code factory}, {@code endpoint}, {@code generation}, {@code control} and the exported package,
 * {@code runtime}.
 */
package io.sluice.endpoint.runtime.internal.registry;
