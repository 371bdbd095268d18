/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.broker.kafka;

import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ports of a node's listeners, the same each time it starts on the same data.
 *
 * @param clients listener {@value #CLIENTS}
 * @param internal listener {@value #INTERNAL}
 * @param controller listener {@value #CONTROLLER}
 */
record Ports(int clients, int internal, int controller) {

  static final String CLIENTS = "CLIENTS";
  static final String INTERNAL = "INTERNAL";
  static final String CONTROLLER = "CONTROLLER";

  /** As asked for, else as before, else any free ones. */
  static Ports choose(Options options, Properties before) {
    FreePort.leave(options.port(), options.internalPort());
    return new Ports(
        choose(options.port(), CLIENTS, before),
        choose(options.internalPort(), INTERNAL, before),
        choose(options.voters().map(own(options.nodeId())).orElse(0), CONTROLLER, before));
  }

  private static Function<String, Integer> own(int nodeId) {
    return voters ->
        port("\\b" + nodeId + "@[^,]+:", voters)
            .orElseThrow(
                () -> new IllegalArgumentException("Node " + nodeId + " is none of " + voters));
  }

  private static int choose(int asked, String listener, Properties before) {
    return asked != 0
        ? asked
        : port(listener + "://[^,]+:", before.getProperty("listeners", ""))
            .orElseGet(FreePort::choose);
  }

  private static Optional<Integer> port(String prefix, String text) {
    Matcher port = Pattern.compile(prefix + "(\\d+)").matcher(text);
    return port.find() ? Optional.of(Integer.valueOf(port.group(1))) : Optional.empty();
  }

  /** The node's listeners, as the server property of that name has them. */
  String listeners() {
    return String.join(
        ",",
        listener(CLIENTS, local(clients)),
        listener(INTERNAL, local(internal)),
        listener(CONTROLLER, local(controller)));
  }

  /** The listeners as clients are told of them. */
  String advertised(Optional<String> clientsAddress) {
    return String.join(
        ",",
        listener(CLIENTS, clientsAddress.orElse(local(clients))),
        listener(INTERNAL, local(internal)));
  }

  private static String listener(String name, String address) {
    return name + "://" + address;
  }

  static String local(int port) {
    return "127.0.0.1:" + port;
  }
}
