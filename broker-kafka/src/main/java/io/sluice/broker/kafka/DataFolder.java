/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.broker.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import kafka.tools.StorageTool;

/** The folder that a node keeps between its starts: its server properties and its log. */
final class DataFolder {

  /** The same for every folder, so that the nodes of a cluster need not agree on one. */
  private static final String CLUSTER_ID = "c2x1aWNlLWJyb2tlcg";

  private final Path folder;
  private final Path file;

  DataFolder(Path folder) {
    this.folder = folder;
    this.file = folder.resolve("server.properties");
  }

  /** Where the log is, beside the server properties. */
  static Path log(Path folder) {
    return folder.resolve("log");
  }

  /** An empty folder for files that are not needed after this start. */
  Path temporary() throws IOException {
    Path temporary = Files.createDirectories(folder.resolve("tmp")).toAbsolutePath();
    try (DirectoryStream<Path> left = Files.newDirectoryStream(temporary)) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
    return temporary;
  }

  /** The server properties of the last start; none before the first. */
  Properties properties() throws IOException {
    Properties properties = new Properties();
    if (Files.exists(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        properties.load(in);
      }
    }
    return properties;
  }

  void write(Properties properties) throws IOException {
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file)) {
      properties.store(out, null);
    }
  }

  /** Makes the log, with these SCRAM credentials, unless there is one. */
  void format(List<String> scram) {
    List<String> command =
        new ArrayList<>(List.of("format", "-g", "-t", CLUSTER_ID, "-c", file.toString()));
    scram.forEach(credential -> command.addAll(List.of("--add-scram", credential)));
    if (StorageTool.execute(command.toArray(String[]::new), System.err) != 0) {
      throw new IllegalStateException("Cannot format the storage that " + file + " describes");
    }
  }
}
