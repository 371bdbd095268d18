/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * What holds for the built jar of every endpoint bundle: one jar is enough, asks its host for the
 * API, slf4j and JDK packages alone, exports nothing, and describes its service as the type does.
 *
 * <p>Runs after packaging; the system property {@code bundle.file} names the jar.
 */
public abstract class BundleManifestContract {

  private static final String API = "io.sluice.endpoint";
  private static final String LOGGING = "org.slf4j";
  private static final String JAVA = "java.";
  private static final String UNSAFE = "sun.misc";

  /** The factory of the bundle. */
  protected abstract EndpointFactory factory();

  /** The packages of slf4j that the bundle imports, exactly. */
  protected Set<String> loggingImports() {
    return Set.of(LOGGING);
  }

  /**
   * The JDK packages that the bundle imports, exactly; those that begin with {@code java.} are left
   * out.
   */
  protected abstract Set<String> jdkImports();

  /** The jar of the bundle. */
  protected Path bundle() {
    String file = System.getProperty("bundle.file");
    assertThat(file).as("system property bundle.file, which names the built jar").isNotNull();
    return Path.of(file);
  }

  @Test
  void importsNothingButTheApiLoggingAndTheJdk() throws IOException {
    Set<String> expected = new TreeSet<>(jdkImports());
    expected.add(API);
    expected.addAll(loggingImports());

    assertThat(imports().stream().map(HeaderClause::name).collect(Collectors.toSet()))
        .isEqualTo(expected);
    assertThat(jdkImports())
        .allMatch(name -> name.equals(UNSAFE) || exportedByTheJdk(name), "is of the JDK");
  }

  /** On the oldest JDK that bundles are for, this finds what only newer ones have. */
  @Test
  void importsOfJavaAreThere() throws IOException {
    assertThat(allImports())
        .extracting(HeaderClause::name)
        .filteredOn(name -> name.startsWith(JAVA))
        .allMatch(BundleManifestContract::exportedByTheJdk, "is of the JDK");
  }

  @Test
  void noImportIsOptional() throws IOException {
    assertThat(imports())
        .filteredOn(clause -> !clause.name().equals(UNSAFE))
        .allMatch(clause -> !clause.directive("resolution").equals("optional"), "is mandatory");
    assertThat(imports())
        .filteredOn(clause -> clause.name().equals(UNSAFE))
        .allMatch(clause -> clause.directive("resolution").equals("optional"), "is optional");
  }

  @Test
  void resolvesWithEveryMinorVersionOfTheApi() throws IOException {
    assertThat(imports())
        .filteredOn(clause -> clause.name().equals(API))
        .allSatisfy(
            clause ->
                assertThat(clause.attribute("version")).matches("\\[1(\\.\\d+)*,2(\\.0)*\\)"));
  }

  @Test
  void resolvesWithEverySlf4j() throws IOException {
    assertThat(imports())
        .filteredOn(clause -> clause.name().startsWith(LOGGING))
        .allSatisfy(clause -> assertThat(clause.attribute("version")).isEqualTo("[1.7,3)"));
  }

  @Test
  void exportsAndRequiresNothingElse() throws IOException {
    for (String header :
        List.of("Export-Package", "DynamicImport-Package", "Require-Bundle", "Fragment-Host")) {
      assertThat(header(header)).as(header).isNull();
    }
  }

  @Test
  void namesItself() throws IOException {
    assertThat(header("Bundle-ManifestVersion")).isEqualTo("2");
    assertThat(header("Bundle-SymbolicName")).isNotBlank();
    assertThat(header("Bundle-Version")).matches("\\d+\\.\\d+\\.\\d+(\\..+)?");
    assertThat(header("Bundle-License")).as("Bundle-License").isNotBlank();
  }

  @Test
  void providesItsEndpointType() throws IOException {
    List<HeaderClause> capabilities =
        HeaderClause.parse(header("Provide-Capability")).stream()
            .filter(clause -> clause.name().equals(API))
            .toList();

    assertThat(capabilities).as("capabilities %s", API).hasSize(1);
    assertThat(capabilities.get(0).attribute(API)).isEqualTo(type().name());
    assertThat(capabilities.get(0).attribute("version")).isEqualTo(header("Bundle-Version"));
  }

  @Test
  void declaresTheFactoryAsAService() throws Exception {
    assertThat(componentProperties())
        .containsEntry(EndpointFactory.ENDPOINT_TYPE, Set.of(type().name()))
        .containsEntry(EndpointFactory.ENDPOINT_VERSION, Set.of(header("Bundle-Version")))
        .containsEntry(EndpointFactory.ENDPOINT_MODES, names(type().modes()))
        .containsEntry(EndpointFactory.ENDPOINT_QOS, names(type().qos()))
        .containsEntry(EndpointFactory.ENDPOINT_CAPABILITIES, type().capabilities());
  }

  @Test
  void holdsTheSchema() throws IOException {
    assertThat(text("META-INF/sluice/" + type().name() + ".schema.json"))
        .isEqualTo(type().schema().json());
  }

  @Test
  void holdsWhatItsClassPathNames() throws IOException {
    for (HeaderClause entry : HeaderClause.parse(header("Bundle-ClassPath"))) {
      if (!entry.name().equals(".")) {
        assertThat(entries()).contains(entry.name());
      }
    }
  }

  @Test
  void leavesTheApiToTheHost() throws IOException {
    assertThat(entries())
        .noneMatch(name -> name.matches("io/sluice/endpoint/[^/]+\\.class"))
        .noneMatch(name -> name.startsWith("org/slf4j/") && name.endsWith(".class"));
  }

  @Test
  void holdsItsLicence() throws IOException {
    assertThat(entries()).contains("META-INF/LICENSE", "META-INF/NOTICE");
  }

  @Test
  void hasABillOfMaterials() throws IOException {
    assumeFalse(
        Boolean.getBoolean("cyclonedx.skip")
            || "offline=true".equals(System.getProperty("build.mode")),
        "the bill of materials is made by builds that are online");
    String jar = bundle().getFileName().toString();
    Path file = bundle().resolveSibling(jar.replaceAll("\\.jar$", ".cdx.json"));

    assertThat(file).as("bill of materials").isRegularFile();
    JsonObject bill = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    assertThat(SchemaView.text(bill, "bomFormat")).isEqualTo("CycloneDX");
  }

  private EndpointType type() {
    return factory().type();
  }

  private static Set<String> names(Set<? extends Enum<?>> constants) {
    return constants.stream().map(Enum::name).collect(Collectors.toSet());
  }

  private static boolean exportedByTheJdk(String name) {
    return ModuleLayer.boot().modules().stream()
        .map(Module::getDescriptor)
        .flatMap(module -> module.exports().stream())
        .filter(Predicate.not(ModuleDescriptor.Exports::isQualified))
        .anyMatch(exports -> exports.source().equals(name));
  }

  private List<HeaderClause> imports() throws IOException {
    return allImports().stream().filter(clause -> !clause.name().startsWith(JAVA)).toList();
  }

  private List<HeaderClause> allImports() throws IOException {
    return HeaderClause.parse(header("Import-Package"));
  }

  /** The properties of the component that provides the factory; each value is a set. */
  private Map<String, Set<String>> componentProperties() throws Exception {
    for (HeaderClause descriptor : HeaderClause.parse(header("Service-Component"))) {
      Element component = parse(text(descriptor.name()));
      boolean factory =
          elements(component, "provide").stream()
              .anyMatch(
                  provide ->
                      provide.getAttribute("interface").equals(EndpointFactory.class.getName()));
      if (factory) {
        return properties(component);
      }
    }
    throw new AssertionError("no component provides " + EndpointFactory.class.getName());
  }

  private Map<String, Set<String>> properties(Element component) throws IOException {
    Map<String, Set<String>> properties = new HashMap<>();
    for (Element file : elements(component, "properties")) {
      Properties values = new Properties();
      values.load(new StringReader(text(file.getAttribute("entry"))));
      values.forEach((key, value) -> properties.put((String) key, Set.of((String) value)));
    }
    for (Element property : elements(component, "property")) {
      String value = property.getAttribute("value");
      String values = value.isEmpty() ? property.getTextContent() : value;
      properties.put(
          property.getAttribute("name"),
          Arrays.stream(values.split("\n"))
              .map(String::trim)
              .filter(Predicate.not(String::isEmpty))
              .collect(Collectors.toSet()));
    }
    return properties;
  }

  private static Element parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
        .getDocumentElement();
  }

  private static List<Element> elements(Element parent, String name) {
    NodeList nodes = parent.getElementsByTagName(name);
    return IntStream.range(0, nodes.getLength())
        .mapToObj(nodes::item)
        .map(Element.class::cast)
        .toList();
  }

  private String header(String name) throws IOException {
    try (JarFile jar = new JarFile(bundle().toFile())) {
      return jar.getManifest().getMainAttributes().getValue(name);
    }
  }

  private Set<String> entries() throws IOException {
    try (JarFile jar = new JarFile(bundle().toFile())) {
      return jar.stream().map(JarEntry::getName).collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private String text(String entry) throws IOException {
    try (JarFile jar = new JarFile(bundle().toFile())) {
      assertThat(jar.getEntry(entry)).as("entry %s", entry).isNotNull();
      try (InputStream in = jar.getInputStream(jar.getEntry(entry))) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }
}
