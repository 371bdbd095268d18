/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.sluice.endpoint.EndpointCounters;
import io.sluice.endpoint.EndpointError;
import io.sluice.endpoint.EndpointStatus;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.runtime.ManagedEndpoint;
import io.sluice.endpoint.runtime.ManagedPipe;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Endpoints, pipes and types as JSON. */
final class StatusJson {

  private StatusJson() {}

  static <T> JsonArray array(Collection<T> values, Function<T, ? extends JsonElement> toJson) {
    JsonArray array = new JsonArray(values.size());
    values.forEach(value -> array.add(toJson.apply(value)));
    return array;
  }

  static JsonObject of(ManagedEndpoint endpoint) {
    JsonObject object = new JsonObject();
    object.addProperty("name", endpoint.name());
    object.addProperty("type", endpoint.type());
    object.addProperty("version", endpoint.version().orElse(null));
    object.addProperty("pid", endpoint.pid());
    endpoint.endpoint().ifPresent(handle -> object.add("modes", names(handle.modes())));
    addStatus(object, endpoint.status());
    object.add("configuration", JsonValues.object(endpoint.configuration()));
    return object;
  }

  static JsonObject of(ManagedPipe pipe) {
    JsonObject object = new JsonObject();
    object.addProperty("name", pipe.name());
    object.addProperty("pid", pipe.pid());
    object.addProperty("from", pipe.from());
    object.addProperty("to", pipe.to());
    addStatus(object, pipe.status());
    return object;
  }

  static JsonObject of(EndpointType type) {
    JsonObject object = new JsonObject();
    object.addProperty("type", type.name());
    object.addProperty("version", type.version());
    object.addProperty("title", type.title());
    object.addProperty("description", type.description());
    object.add("modes", names(type.modes()));
    object.add("qos", names(type.qos()));
    object.add("capabilities", JsonValues.array(type.capabilities()));
    return object;
  }

  private static JsonArray names(Collection<? extends Enum<?>> values) {
    return JsonValues.array(values.stream().map(Enum::name).toList());
  }

  private static void addStatus(JsonObject object, EndpointStatus status) {
    object.addProperty("state", status.state().name());
    object.addProperty("reason", status.reason());
    object.addProperty("since", status.since().toString());
    object.add(
        "lastError",
        status.lastError().<JsonElement>map(StatusJson::error).orElse(JsonNull.INSTANCE));
    object.add("violations", array(status.violations(), StatusJson::violation));
    object.add("warnings", JsonValues.array(List.copyOf(status.warnings())));
    object.add("details", JsonValues.object(status.details()));
    object.add("counters", counters(status.counters()));
  }

  private static JsonObject error(EndpointError error) {
    JsonObject object = new JsonObject();
    object.addProperty("code", error.code().name());
    error.backendCode().ifPresent(code -> object.addProperty("backendCode", code));
    object.addProperty("message", error.message());
    object.addProperty("time", error.time().toString());
    return object;
  }

  private static JsonObject violation(Violation violation) {
    JsonObject object = new JsonObject();
    object.addProperty("pointer", violation.pointer());
    object.addProperty("key", violation.key());
    object.addProperty("message", violation.message());
    return object;
  }

  private static JsonObject counters(EndpointCounters counters) {
    JsonObject object = new JsonObject();
    object.addProperty("in", counters.in());
    object.addProperty("out", counters.out());
    object.addProperty("bytesIn", counters.bytesIn());
    object.addProperty("bytesOut", counters.bytesOut());
    object.addProperty("failed", counters.failed());
    object.addProperty("dropped", counters.dropped());
    object.addProperty("skipped", counters.skipped());
    object.addProperty("redelivered", counters.redelivered());
    object.addProperty("ignoredSettlements", counters.ignoredSettlements());
    object.addProperty("inFlight", counters.inFlight());
    object.addProperty("unsettled", counters.unsettled());
    object.addProperty("reconnects", counters.reconnects());
    object.addProperty(
        "lag", counters.lag() == EndpointCounters.UNKNOWN_LAG ? null : counters.lag());
    return object;
  }
}
