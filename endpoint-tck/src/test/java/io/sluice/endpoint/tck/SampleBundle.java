/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Writes the bundle of {@link MemoryFactory} as bnd would, with one flaw or, with null, none. */
final class SampleBundle {

  private final ManifestFlaw flaw;

  SampleBundle(ManifestFlaw flaw) {
    this.flaw = flaw;
  }

  /** Writes {@code sample.jar} and its bill of materials, and returns the jar. */
  Path writeTo(Path folder) throws IOException {
    Path file = folder.resolve("sample.jar");
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest())) {
      add(jar, "OSGI-INF/memory.xml", component());
      add(jar, "OSGI-INF/endpoint.properties", "endpoint.version=1.2.3");
      add(jar, "META-INF/sluice/memory.schema.json", schema());
      add(jar, "META-INF/NOTICE", "notice");
      if (flaw != ManifestFlaw.NO_LICENCE) {
        add(jar, "META-INF/LICENSE", "licence");
      }
      if (flaw != ManifestFlaw.MISSING_LIBRARY) {
        add(jar, "lib/client.jar", "a library");
      }
      if (flaw == ManifestFlaw.EMBEDS_API) {
        add(jar, "io/sluice/endpoint/Message.class", "a copy");
      }
    }
    if (flaw != ManifestFlaw.NO_BILL) {
      Files.writeString(folder.resolve("sample.cdx.json"), "{\"bomFormat\": \"CycloneDX\"}");
    }
    return file;
  }

  private Manifest manifest() {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", "io.sluice.endpoint.memory");
    headers.putValue("Bundle-License", "Apache-2.0");
    headers.putValue("Bundle-ClassPath", ".,lib/client.jar");
    headers.putValue("Service-Component", "OSGI-INF/memory.xml");
    headers.putValue("Import-Package", imports());
    if (flaw != ManifestFlaw.NO_VERSION) {
      headers.putValue("Bundle-Version", "1.2.3");
    }
    if (flaw != ManifestFlaw.NO_CAPABILITY) {
      headers.putValue(
          "Provide-Capability",
          "io.sluice.endpoint;io.sluice.endpoint=memory;version:Version=\"1.2.3\","
              + "osgi.service;objectClass:List<String>=\"io.sluice.endpoint.EndpointFactory\"");
    }
    if (flaw == ManifestFlaw.EXPORTS) {
      headers.putValue("Export-Package", "org.example.client");
    }
    if (flaw == ManifestFlaw.DYNAMIC_IMPORT) {
      headers.putValue("DynamicImport-Package", "*");
    }
    return manifest;
  }

  private String imports() {
    return "io.sluice.endpoint;version=\""
        + (flaw == ManifestFlaw.NARROW_API_RANGE ? "[1.0,1.1)" : "[1.0,2)")
        + "\",java.util,javax.net.ssl"
        + (flaw == ManifestFlaw.OPTIONAL_IMPORT ? ";resolution:=optional" : "")
        + ",org.slf4j;version=\""
        + (flaw == ManifestFlaw.NARROW_SLF4J_RANGE ? "[2.0,3)" : "[1.7,3)")
        + "\",sun.misc"
        + (flaw == ManifestFlaw.MANDATORY_UNSAFE ? "" : ";resolution:=optional")
        + (flaw == ManifestFlaw.IMPORTS_CLIENT ? ",org.example.client" : "")
        + (flaw == ManifestFlaw.IMPORTS_UNKNOWN_JAVA ? ",java.lang.unknown" : "");
  }

  private String component() {
    String provided =
        flaw == ManifestFlaw.NO_COMPONENT
            ? "java.lang.Runnable"
            : "io.sluice.endpoint.EndpointFactory";
    String qos =
        flaw == ManifestFlaw.OTHER_QOS ? "NONE\nAUTO" : "NONE\nAUTO\nAT_MOST_ONCE\nAT_LEAST_ONCE";
    return """
        <?xml version="1.0" encoding="UTF-8"?>
        <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="memory">
          <properties entry="OSGI-INF/endpoint.properties"/>
          <property name="endpoint.type" type="String" value="memory"/>
          <property name="endpoint.modes" type="String">CONSUME
        PUBLISH
        EXCHANGE</property>
          <property name="endpoint.qos" type="String">%s</property>
          <property name="endpoint.capabilities" type="String">durable
        resume</property>
          <service><provide interface="%s"/></service>
          <implementation class="io.sluice.endpoint.tck.MemoryFactory"/>
        </scr:component>
        """
        .formatted(qos, provided);
  }

  private String schema() {
    String schema = new MemoryFactory(null).type().schema().json();
    return flaw == ManifestFlaw.OTHER_SCHEMA ? schema + " " : schema;
  }

  private static void add(JarOutputStream jar, String name, String content) throws IOException {
    jar.putNextEntry(new JarEntry(name));
    jar.write(content.getBytes(StandardCharsets.UTF_8));
    jar.closeEntry();
  }
}
