package io.clickstream.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Modules depend on each other in one direction. */
@AnalyzeClasses(packages = "io.clickstream", importOptions = ModulesTest.MainClasses.class)
class ModulesTest {

  /** Leaves out test classes, of all build folders. */
  static final class MainClasses implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  private static final String TESTING = "io.clickstream.testing..";

  @ArchTest
  static final ArchRule serversKnowNoOtherModule =
      noClasses()
          .that()
          .resideInAPackage("io.clickstream.servers..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.clickstream.event..",
              "io.clickstream.etl..",
              "io.clickstream.simulator..",
              "io.clickstream.local..",
              TESTING,
              "org.apache.spark..");

  @ArchTest
  static final ArchRule theSimulatorKnowsTheEventModelOnly =
      noClasses()
          .that()
          .resideInAPackage("io.clickstream.simulator..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.clickstream.etl..",
              "io.clickstream.servers..",
              "io.clickstream.local..",
              TESTING,
              "org.apache.spark..");

  @ArchTest
  static final ArchRule fixturesKnowNeitherTheJobNorTheLocalPlatform =
      noClasses()
          .that()
          .resideInAPackage(TESTING)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.clickstream.etl..", "io.clickstream.local..");

  @ArchTest
  static final ArchRule productsKnowNoFixture =
      noClasses()
          .that()
          .resideOutsideOfPackage(TESTING)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(TESTING);

  @ArchTest
  static final ArchRule theJobKnowsNeitherServersNorTheSimulatorNorTheLocalPlatform =
      noClasses()
          .that()
          .resideInAPackage("io.clickstream.etl..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.clickstream.servers..", "io.clickstream.simulator..", "io.clickstream.local..");
}
