/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.rabbitmq.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The walk agrees with the client's own decoder. */
class ContentHeaderTest {

  @Test
  void everyTypeIsReadable() {
    Map<String, Object> headers = new HashMap<>();
    headers.put("null", null);
    headers.put("bytes", new byte[300]);
    headers.put("array", new Object[] {1, "a", List.of(2L)});
    headers.put("table", Map.of("a", Map.of("b", 1.5f)));
    List<Object> values =
        List.of("text", true, (byte) 1, (short) 2, 3, 4L, 5f, 6d, new Date(7000), BigDecimal.TEN);
    values.forEach(value -> headers.put(value.getClass().getSimpleName(), value));

    assertThat(isReadable(payload(headers))).isTrue();
    assertThat(isReadable(payload(null))).isTrue();
    assertThat(isReadable(payload(Map.of()))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30, 31, 32, 33, 34, 35, 100})
  void nestingIsReadAsDeepAsTheClientReadsIt(int levels) {
    Map<String, Object> tables = Map.of("x", 1);
    Object lists = 1;
    for (int i = 0; i < levels; i++) {
      tables = Map.of("t", tables);
      lists = List.of(lists);
    }

    for (byte[] payload : List.of(payload(tables), payload(Map.of("l", lists)))) {
      assertThat(isReadable(payload)).isEqualTo(clientReads(payload));
    }
  }

  /** What is broken may be read by the client with luck; what it cannot read is always known. */
  @Test
  void whatIsBrokenIsKnown() {
    Random random = new Random(42);
    byte[] sound = payload(Map.of("a", Map.of("b", List.of("c", 1, 2L)), "d", "e", "f", 5d));
    int broken = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] payload = sound.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        int first = ContentHeader.BEFORE_FLAGS + 2;
        payload[first + random.nextInt(payload.length - first)] = (byte) random.nextInt(256);
      }
      if (!clientReads(payload)) {
        broken++;
        assertThat(isReadable(payload)).as(Arrays.toString(payload)).isFalse();
      }
    }
    assertThat(broken).isGreaterThan(1000);
  }

  private static boolean isReadable(byte[] payload) {
    ByteBuf buffer = Unpooled.wrappedBuffer(payload);
    return ContentHeader.isReadable(buffer, 0, payload.length);
  }

  private static byte[] payload(Map<String, Object> headers) {
    try {
      return new AMQP.BasicProperties.Builder()
          .contentType("text/plain")
          .contentEncoding("utf-8")
          .headers(headers)
          .build()
          .toFrame(1, 10)
          .getPayload();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean clientReads(byte[] payload) {
    try {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
      in.skipNBytes(2);
      return new AMQP.BasicProperties(in) != null;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      return false;
    }
  }
}
