/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Shows who started the host with content of ours what it does and what to try. */
final class Welcome {

  private static final int MESSAGES = 3;
  private static final int TIMEOUT_MILLIS = 10_000;

  private final String url;
  private final Path load;
  private final PrintStream out;
  private final String commands;
  private final String endpoint;

  private Welcome(String url, Path load, PrintStream out, String commands, String endpoint) {
    this.url = url;
    this.load = load;
    this.out = out;
    this.commands = commands;
    this.endpoint = endpoint;
  }

  /** To the content that a drop-in folder is filled with. */
  static Welcome toDefault(String url, Path load, PrintStream out) {
    return new Welcome(
        url,
        load,
        out,
        """
          curl -N '%1$s/endpoints/mock/messages?limit=5'
          curl -N '%1$s/endpoints/echo/messages' &
          curl --data-binary 'hello' -H 'Sluice-Header: from=me' %1$s/endpoints/echo/messages
        """,
        "mock");
  }

  /** To the content of the demo. */
  static Welcome toDemo(String url, Path load, PrintStream out) {
    return new Welcome(
        url,
        load,
        out,
        """
          curl %1$s/pipes
          curl -N '%1$s/endpoints/readings/messages?limit=5'
          curl --data-binary 'hello' -H 'Sluice-Header: from=me' %1$s/endpoints/readings/messages
        """,
        "readings");
  }

  /** Prints what to try; the first messages follow on a thread of their own. */
  void show() {
    out.printf("%nTry, in another terminal:%n  curl %s/endpoints%n", url);
    out.print(commands.formatted(url));
    out.printf("Drop a bundle (.jar) or a configuration (.cfg, .config, .json) into%n  %s%n", load);
    out.printf("%nThe first messages of the endpoint '%s':%n", endpoint);
    Thread thread = new Thread(this::stream, "sluice-welcome");
    thread.setDaemon(true);
    thread.start();
  }

  private void stream() {
    try {
      URL messages =
          new URL(
              url
                  + "/endpoints/"
                  + endpoint
                  + "/messages?qos=NONE&clientId=welcome&limit="
                  + MESSAGES);
      HttpURLConnection connection = (HttpURLConnection) messages.openConnection();
      connection.setReadTimeout(TIMEOUT_MILLIS);
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        out.println("  (none: " + connection.getResponseMessage() + ")");
        return;
      }
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
        lines
            .lines()
            .filter(line -> line.startsWith("data: "))
            .forEach(line -> out.println("  " + line.substring("data: ".length())));
      }
    } catch (IOException | RuntimeException unavailable) {
      out.println("  (none: " + unavailable.getMessage() + ")");
    }
  }
}
