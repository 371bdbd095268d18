/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.dropin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.resource.Namespace;

/** Tells what a bundle needs and no bundle of the host provides. */
final class MissingRequirements {

  private static final Pattern FROM = Pattern.compile("\\(version>=([^)]*)\\)");
  private static final Pattern TO = Pattern.compile("\\(!\\(version>=([^)]*)\\)\\)");

  private final BundleContext context;

  MissingRequirements(BundleContext context) {
    this.context = context;
  }

  /** A list for people; empty if what is missing is not known. */
  String describe(Bundle bundle) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    List<String> missing = new ArrayList<>();
    for (BundleRequirement requirement : revision.getDeclaredRequirements(null)) {
      if (isNeededToResolve(requirement)
          && providers(requirement.getNamespace()).stream().noneMatch(requirement::matches)) {
        missing.add(describe(requirement));
      }
    }
    return String.join("; ", missing);
  }

  private static boolean isNeededToResolve(BundleRequirement requirement) {
    String resolution = requirement.getDirectives().get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE);
    String effective = requirement.getDirectives().get(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE);
    return !Namespace.RESOLUTION_OPTIONAL.equals(resolution)
        && !PackageNamespace.RESOLUTION_DYNAMIC.equals(resolution)
        && (effective == null || effective.equals(Namespace.EFFECTIVE_RESOLVE));
  }

  private List<BundleCapability> providers(String namespace) {
    return Arrays.stream(context.getBundles())
        .map(bundle -> bundle.adapt(BundleRevision.class))
        .filter(revision -> revision != null)
        .flatMap(revision -> revision.getDeclaredCapabilities(namespace).stream())
        .toList();
  }

  private String describe(BundleRequirement requirement) {
    String filter = requirement.getDirectives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE);
    String namespace = requirement.getNamespace();
    Matcher name =
        Pattern.compile("\\(" + Pattern.quote(namespace) + "=([^)]*)\\)")
            .matcher(String.valueOf(filter));
    if (!name.find()) {
      return "it needs " + namespace + " " + filter;
    }
    String kind = namespace.equals(PackageNamespace.PACKAGE_NAMESPACE) ? "package" : namespace;
    return "it needs "
        + kind
        + " "
        + name.group(1)
        + range(filter)
        + ", and this host has "
        + present(namespace, name.group(1));
  }

  private static String range(String filter) {
    Matcher from = FROM.matcher(filter);
    Matcher to = TO.matcher(filter);
    String low = from.find() ? from.group(1) : "0";
    if (to.find()) {
      return " [" + low + "," + to.group(1) + ")";
    }
    return low.equals("0") ? "" : " " + low + " or newer";
  }

  private String present(String namespace, String name) {
    String versions =
        providers(namespace).stream()
            .filter(capability -> name.equals(capability.getAttributes().get(namespace)))
            .map(
                capability ->
                    String.valueOf(capability.getAttributes().get(Constants.VERSION_ATTRIBUTE)))
            .distinct()
            .collect(Collectors.joining(", "));
    return versions.isEmpty() ? "none" : versions;
  }
}
