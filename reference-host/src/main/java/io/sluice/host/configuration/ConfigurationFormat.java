/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.configuration;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.felix.cm.file.ConfigurationHandler;

/** The ways to write a configuration, told apart by the suffix of the file's name. */
enum ConfigurationFormat {
  /** Lines of key and text, as {@link Properties} reads them, in UTF-8. */
  CFG(".cfg") {
    @Override
    ConfigurationContent read(InputStream in) throws IOException, MalformedConfigurationException {
      StringWriter text = new StringWriter();
      try (Reader reader = utf8(in)) {
        reader.transferTo(text);
      }
      Properties lines = new Properties();
      try {
        lines.load(new StringReader(text.toString()));
      } catch (IllegalArgumentException badEscape) {
        throw new MalformedConfigurationException(badEscape.getMessage());
      }
      Dictionary<String, Object> properties = new Hashtable<>();
      lines
          .stringPropertyNames()
          .forEach(key -> properties.put(key, lines.getProperty(key).strip()));
      return new ConfigurationContent(properties, LostBackslashes.warning(text.toString()));
    }
  },

  /** Typed values, as Config Admin itself stores them. */
  CONFIG(".config") {
    @Override
    @SuppressWarnings("unchecked")
    ConfigurationContent read(InputStream in) throws MalformedConfigurationException {
      try {
        return ConfigurationContent.of(ConfigurationHandler.read(in));
      } catch (IOException malformed) {
        throw new MalformedConfigurationException(String.valueOf(malformed.getMessage()));
      }
    }
  },

  /** An object of nested or dotted keys. */
  JSON(".json") {
    @Override
    ConfigurationContent read(InputStream in) throws IOException, MalformedConfigurationException {
      try (Reader reader = utf8(in)) {
        return ConfigurationContent.of(JsonConfigurationReader.read(reader));
      }
    }
  };

  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private final String suffix;

  ConfigurationFormat(String suffix) {
    this.suffix = suffix;
  }

  /** The format of a file; empty if it is none of these. */
  static Optional<ConfigurationFormat> of(File file) {
    return Stream.of(values()).filter(format -> file.getName().endsWith(format.suffix)).findFirst();
  }

  /** Text in UTF-8, with or without a byte order mark. */
  private static Reader utf8(InputStream in) throws IOException {
    PushbackReader reader = new PushbackReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    int first = reader.read();
    if (first >= 0 && first != BYTE_ORDER_MARK) {
      reader.unread(first);
    }
    return reader;
  }

  /**
   * Reads a configuration.
   *
   * @throws MalformedConfigurationException telling what is wrong, and where
   * @throws IOException if reading fails
   */
  abstract ConfigurationContent read(InputStream in)
      throws IOException, MalformedConfigurationException;
}
