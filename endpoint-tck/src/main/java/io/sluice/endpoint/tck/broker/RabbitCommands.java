/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck.broker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The commands of a RabbitMQ that is installed on this computer.
 *
 * @param folder where they are
 */
record RabbitCommands(Path folder) {

  /** Where the package of the distribution has them. */
  private static final String PACKAGED = "/usr/lib/rabbitmq/bin";

  /** Those that a system property names, else those of the package; they may be missing. */
  static RabbitCommands of(String property) {
    return new RabbitCommands(Path.of(System.getProperty(property, PACKAGED)));
  }

  Path server() {
    return folder.resolve("rabbitmq-server");
  }

  Path control() {
    return folder.resolve("rabbitmqctl");
  }

  /** Whether a node can be run: with Erlang and its name server on the path. */
  boolean arePresent() {
    return Files.isExecutable(server())
        && Files.isExecutable(control())
        && Stream.of("sh", "erl", "epmd")
            .allMatch(command -> ExecutablePath.find(command).isPresent());
  }
}
