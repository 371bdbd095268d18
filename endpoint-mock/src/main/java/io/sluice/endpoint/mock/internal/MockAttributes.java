/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.mock.internal;

/** The attributes of messages. */
final class MockAttributes {

  /** Of a templated message, and of a receipt: a number from 0 ({@code Long}). */
  static final String INDEX = "mock.index";

  private MockAttributes() {}
}
