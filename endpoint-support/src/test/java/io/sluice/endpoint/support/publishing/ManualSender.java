/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.publishing;

import io.sluice.endpoint.Attributes;
import io.sluice.endpoint.EndpointException;
import io.sluice.endpoint.Message;
import io.sluice.endpoint.Receipt;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Confirms when the test says so. */
final class ManualSender implements MessageSender {

  private final List<Message> messages = new CopyOnWriteArrayList<>();
  private final List<CompletableFuture<Receipt>> stages = new CopyOnWriteArrayList<>();

  @Override
  public CompletionStage<Receipt> send(Message message) {
    CompletableFuture<Receipt> stage = new CompletableFuture<>();
    messages.add(message);
    stages.add(stage);
    return stage;
  }

  int sent() {
    return stages.size();
  }

  void confirm(int index) {
    stages.get(index).complete(Receipt.confirmed(messages.get(index), Attributes.empty()));
  }

  void reject(int index, EndpointException error) {
    stages.get(index).complete(Receipt.rejected(messages.get(index), error));
  }
}
