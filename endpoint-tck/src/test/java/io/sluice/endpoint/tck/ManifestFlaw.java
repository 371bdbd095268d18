/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

/** A way in which {@link SampleBundle} can be wrong, and the check that must notice. */
enum ManifestFlaw {
  IMPORTS_CLIENT("importsNothingButTheApiLoggingAndTheJdk"),
  IMPORTS_UNKNOWN_JAVA("importsOfJavaAreThere"),
  OPTIONAL_IMPORT("noImportIsOptional"),
  MANDATORY_UNSAFE("noImportIsOptional"),
  NARROW_API_RANGE("resolvesWithEveryMinorVersionOfTheApi"),
  NARROW_SLF4J_RANGE("resolvesWithEverySlf4j"),
  EXPORTS("exportsAndRequiresNothingElse"),
  DYNAMIC_IMPORT("exportsAndRequiresNothingElse"),
  NO_VERSION("namesItself"),
  NO_CAPABILITY("providesItsEndpointType"),
  OTHER_QOS("declaresTheFactoryAsAService"),
  NO_COMPONENT("declaresTheFactoryAsAService"),
  OTHER_SCHEMA("holdsTheSchema"),
  MISSING_LIBRARY("holdsWhatItsClassPathNames"),
  EMBEDS_API("leavesTheApiToTheHost"),
  NO_LICENCE("holdsItsLicence"),
  NO_BILL("hasABillOfMaterials");

  private final String check;

  ManifestFlaw(String check) {
    this.check = check;
  }

  String check() {
    return check;
  }
}
