/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.ConsumeRequest;
import io.sluice.endpoint.Delivery;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointState;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.MessageEndpoint;
import io.sluice.endpoint.Mode;
import io.sluice.endpoint.ProxyEndpoint;
import io.sluice.endpoint.ProxyRequest;
import io.sluice.endpoint.Receipt;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** No secret is ever told: not in a log, a status, a text of an object or of an error. */
@DisplayName("Secrecy")
public abstract class SecrecyContract extends ContractGroup {

  /** Letters and digits only, so that it looks the same in most encodings. */
  private static final String CANARY = "canary7hX2mR9tLq";

  private final Queue<String> told = new ConcurrentLinkedQueue<>();

  @Test
  void secretsAreNeverTold() {
    Set<String> secrets = new TreeSet<>(schema().secrets());
    secrets.addAll(fixture().furtherSecrets());
    assumeFalse(secrets.isEmpty(), type().name() + " has no secrets");
    for (String secret : secrets) {
      observe(PropertyForms.with(everyMode(), secret, CANARY));
      configuration(Situation.REFUSES_CREDENTIALS)
          .ifPresent(refused -> observe(PropertyForms.with(refused, secret, CANARY)));

      assertThat(told).as("what is told about %s", secret).noneMatch(text -> text.contains(CANARY));
      told.clear();
      renew();
    }
  }

  private Map<String, Object> everyMode() {
    return backend().configuration(type().modes().toArray(Mode[]::new));
  }

  private void observe(Map<String, Object> properties) {
    OutputCapture output = new OutputCapture();
    try (output) {
      live(EndpointConfiguration.of("contract", properties));
    } catch (ConfigurationException refused) {
      tell("refusal", refused);
      tell("violations", refused.violations());
    }
    tell("log", output.text());
  }

  /** A whole life, as far as the endpoint gets with a secret that is most likely wrong. */
  private void live(EndpointConfiguration configuration) throws ConfigurationException {
    try (Endpoint endpoint = fixture().factory().create(configuration)) {
      endpoint.addStatusListener(this::tell);
      tell("endpoint", endpoint);
      tell("start", failure(endpoint.start()));
      eventually().until(() -> endpoint.status().state() != EndpointState.STARTING);
      use(endpoint);
      tell(endpoint.status());
      join(endpoint.stop(Duration.ZERO));
      tell(endpoint.status());
    }
  }

  private void use(Endpoint endpoint) {
    if (endpoint.modes().contains(Mode.CONSUME)) {
      RecordingSubscriber<Delivery> subscriber = new RecordingSubscriber<>();
      subscribe((MessageEndpoint) endpoint, ConsumeRequest.defaults(), subscriber).request(1);
      subscriber.error().ifPresent(error -> tell("stream", error));
    }
    if (endpoint.modes().contains(Mode.PUBLISH)) {
      tellLater("receipt", ((MessageEndpoint) endpoint).publish(Message.of("x")));
    }
    if (endpoint.modes().contains(Mode.EXCHANGE)) {
      tellLater(
          "response",
          ((ProxyEndpoint) endpoint).exchange(ProxyRequest.builder("GET", "/").build()));
    }
  }

  /** What has no outcome before has one when the endpoint stops. */
  private void tellLater(String what, CompletionStage<?> stage) {
    stage.whenComplete(
        (outcome, failure) -> {
          tell(what, outcome);
          tell(what, failure);
          if (outcome instanceof Receipt receipt) {
            receipt.error().ifPresent(error -> tell(what, error));
          }
        });
  }

  private void tell(EndpointStatus status) {
    tell("status", status);
    tell("last error", status.lastError());
    tell("violations", status.violations());
    tell("warnings", status.warnings());
    tell("details", status.details());
  }

  private void tell(String what, Throwable error) {
    if (error != null) {
      StringWriter text = new StringWriter();
      error.printStackTrace(new PrintWriter(text, true));
      tell(what, text);
    }
  }

  private void tell(String what, Object object) {
    told.add(what + ": " + object);
  }
}
