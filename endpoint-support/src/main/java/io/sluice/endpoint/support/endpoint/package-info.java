/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What the endpoints of all types repeat: the methods of the API that lead to the life cycle, and
 * those that open subscriptions and publishers. A type extends one of the two classes and joins its
 * parts there. May depend on all other packages of this library.
 */
package io.sluice.endpoint.support.endpoint;
