/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import static io.sluice.endpoint.support.schema.BrokerSchema.SCHEMA;
import static io.sluice.endpoint.support.schema.BrokerSchema.schema;
import static io.sluice.endpoint.support.schema.BrokerSchema.valid;
import static io.sluice.endpoint.support.schema.BrokerSchema.violations;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import dev.harrel.jsonschema.Validator;
import io.sluice.endpoint.ConfigurationSchema;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointSchemaTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{'type': 'object'} {}",
        "{'type': 'string'}",
        "true",
        "{'type': 'objekt'}",
        "{'type': 'object', 'properties': 5}",
        "{'type': 'object', 'properties': {'a': {'minimum': 'x'}}}",
        "{'type': 'object', 'properties': {'a': {'$ref': '#/$defs/none'}}}",
        "{'type': 'object', 'properties': {'a': {'$ref': 'https://example.org/x'}}}",
        "{'type': 'object', 'properties': {'a': {'$ref': '#'}}}",
        "{'type': 'object', 'properties': {'a': {'$ref': '#/$defs/n'}}, '$defs': {'n': {'type':"
            + " 'object', 'properties': {'next': {'$ref': '#/$defs/n'}}}}}",
      })
  void whatIsNoUsableSchemaIsRefused(String json) {
    assertThatThrownBy(() -> schema(json)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theResourceIsLookedUpBesideItsOwner() {
    assertThat(SCHEMA.text().json()).contains("\"title\": \"Broker\"");
    assertThatThrownBy(() -> EndpointSchema.ofResource(getClass(), "none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("META-INF/sluice/none.schema.json");
  }

  @Test
  void anEmptySchemaKnowsNoKey() {
    EndpointSchema empty =
        EndpointSchema.of(
            ConfigurationSchema.of("{\"type\": \"object\", \"additionalProperties\": false}"));

    assertThat(empty.properties()).isEmpty();
    assertThat(violations(empty, Map.of("a", 1))).containsExactly("/a: unknown key");
  }

  @Test
  void pointersWithOddCharactersWork() {
    EndpointSchema odd =
        schema(
            "{'type': 'object', 'properties': {'é %+^': {'type': 'object',"
                + " 'properties': {'on': {'type': 'boolean', 'default': true}, 'x': {'type': 'integer'}},"
                + " 'if': {'properties': {'on': {'const': true}}}, 'then': {'required': ['x']}}},"
                + " 'required': ['é %+^']}");

    assertThat(violations(odd, Map.of()))
        .containsExactly("/é %+^/x: is required when é %+^.on is true");
  }

  @Test
  void manyThreadsMayUseOneSchema() throws Exception {
    EndpointSchema shared = EndpointSchema.of(SCHEMA.text());
    List<String> expected = violations(valid("serverPort", -1, "consumer.enabled", true));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<List<String>> task =
          () -> violations(shared, valid("serverPort", -1, "consumer.enabled", true));
      for (Future<List<String>> result :
          threads.invokeAll(IntStream.range(0, 64).mapToObj(i -> task).toList())) {
        assertThat(result.get()).isEqualTo(expected).hasSize(2);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** As in a bundle: nothing but the embedded jars to be seen, and no context class loader. */
  @Test
  void nothingIsFoundThroughTheContextClassLoaderOrOptionalProviders() throws Exception {
    URL[] jars = {
      location(EndpointSchema.class),
      location(BrokerSchema.class),
      location(ConfigurationSchema.class),
      location(Gson.class),
      location(Validator.class)
    };
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader bundle = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader())) {
      thread.setContextClassLoader(null);
      Class<?> isolated = bundle.loadClass(BrokerSchema.class.getName());
      var violations = isolated.getDeclaredMethod("violations", Map.class);
      violations.setAccessible(true);

      assertThat(isolated.getClassLoader()).isSameAs(bundle);
      assertThat(violations.invoke(null, Map.of("serverHost", "h")).toString())
          .contains("needs at least one of these");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URL location(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }
}
