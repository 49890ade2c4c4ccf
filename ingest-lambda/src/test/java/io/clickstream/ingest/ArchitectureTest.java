package io.clickstream.ingest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/** Packages depend on each other in one direction, and no two classes depend on each other. */
@AnalyzeClasses(
    packages = "io.clickstream.ingest",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String ROOT = "io.clickstream.ingest";

  @ArchTest
  static final ArchRule eachClassIsInOneOfThePackages =
      classes()
          .should()
          .resideInAnyPackage(
              ROOT,
              "..ingest.http",
              "..ingest.event",
              "..ingest.store",
              "..ingest.stream",
              "..ingest.log");

  @ArchTest
  static final ArchRule httpDependsOnTheLogOnly =
      noClasses()
          .that()
          .resideInAPackage("..ingest.http")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT, "..ingest.event", "..ingest.store", "..ingest.stream");

  @ArchTest
  static final ArchRule eventDependsOnHttpOnly =
      noClasses()
          .that()
          .resideInAPackage("..ingest.event")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT, "..ingest.store", "..ingest.stream", "..ingest.log");

  @ArchTest
  static final ArchRule storeDependsOnNoOtherPackage =
      noClasses()
          .that()
          .resideInAPackage("..ingest.store")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT, "..ingest.http", "..ingest.event", "..ingest.stream", "..ingest.log");

  @ArchTest
  static final ArchRule streamDependsOnTheLogOnly =
      noClasses()
          .that()
          .resideInAPackage("..ingest.stream")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT, "..ingest.http", "..ingest.event", "..ingest.store");

  @ArchTest
  static final ArchRule logDependsOnNoOtherPackage =
      noClasses()
          .that()
          .resideInAPackage("..ingest.log")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT, "..ingest.http", "..ingest.event", "..ingest.store", "..ingest.stream");

  @ArchTest
  static final ArchRule onlyTheStoreUsesTheSdk =
      noClasses()
          .that()
          .resideOutsideOfPackage("..ingest.store")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon..");

  /** A class and its nested classes count as one. */
  @ArchTest
  static void classesFormNoCycle(JavaClasses imported) {
    slices()
        .assignedFrom(
            new SliceAssignment() {
              @Override
              public String getDescription() {
                return "top-level classes";
              }

              @Override
              public SliceIdentifier getIdentifierOf(JavaClass type) {
                return type.getPackageName().startsWith(ROOT)
                    ? SliceIdentifier.of(type.getName().replaceFirst("\\$.*", ""))
                    : SliceIdentifier.ignore();
              }
            })
        .should()
        .beFreeOfCycles()
        .check(imported);
  }
}
