package io.clickstream.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Benchmarks measure the job through one class, so that a change of the job has one place here. */
@AnalyzeClasses(
    packages = "io.clickstream.bench",
    importOptions = ArchitectureTest.MainClasses.class)
class ArchitectureTest {

  /** Leaves out test classes, of all build folders. */
  static final class MainClasses implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  @ArchTest
  static final ArchRule onlyJobStagesKnowsTheClassesOfTheJob =
      noClasses()
          .that()
          .doNotHaveSimpleName("JobStages")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.clickstream.etl..");

  @ArchTest
  static final ArchRule onlyTheCommandEndsTheProcess =
      noClasses()
          .that()
          .doNotHaveSimpleName("BenchCommand")
          .should()
          .callMethod(System.class, "exit", int.class);
}
