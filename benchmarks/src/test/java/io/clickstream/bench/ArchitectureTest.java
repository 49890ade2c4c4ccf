package io.clickstream.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Nothing depends on the benchmarks, and they know few classes of the job. */
@AnalyzeClasses(packages = "io.clickstream", importOptions = ArchitectureTest.MainClasses.class)
class ArchitectureTest {

  /** ArchUnit's own option does not know the folders of each Spark generation. */
  static final class MainClasses implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  @ArchTest
  static final ArchRule nothingDependsOnBenchmarks =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.clickstream.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.clickstream.bench..");

  @ArchTest
  static final ArchRule onlyJobStagesKnowsTheStagesOfTheJob =
      noClasses()
          .that()
          .resideInAPackage("io.clickstream.bench..")
          .and()
          .doNotHaveSimpleName("JobStages")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.clickstream.etl..");

  @ArchTest
  static final ArchRule onlyTheCommandEndsTheProcess =
      noClasses()
          .that()
          .resideInAPackage("io.clickstream.bench..")
          .and()
          .doNotHaveSimpleName("BenchCommand")
          .should()
          .callMethod(System.class, "exit", int.class);
}
