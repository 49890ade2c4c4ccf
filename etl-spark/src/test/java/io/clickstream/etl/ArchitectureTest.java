package io.clickstream.etl;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;

/** The package list reads as the data flow, and the stages between source and load are pure. */
@AnalyzeClasses(packages = "io.clickstream", importOptions = ArchitectureTest.MainClasses.class)
class ArchitectureTest {

  /** ArchUnit's own option knows only the folder {@code target}, not that of each generation. */
  static final class MainClasses implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  private static final String[] PURE_STAGES = {
    "..etl.parse..", "..etl.dedupe..", "..etl.sessionize.."
  };

  @ArchTest
  static final ArchRule everyClassBelongsToAStage =
      classes()
          .that()
          .resideInAPackage("io.clickstream.etl..")
          .should()
          .resideInAnyPackage(
              "io.clickstream.etl",
              "io.clickstream.etl.schema",
              "io.clickstream.etl.sql",
              "io.clickstream.etl.source",
              "io.clickstream.etl.parse",
              "io.clickstream.etl.dedupe",
              "io.clickstream.etl.sessionize",
              "io.clickstream.etl.staging",
              "io.clickstream.etl.warehouse",
              "io.clickstream.etl.job");

  @ArchTest
  static final ArchRule pureStagesKnowNeitherSourceNorLoadNorJob =
      noClasses()
          .that()
          .resideInAnyPackage(PURE_STAGES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..etl.source..",
              "..etl.staging..",
              "..etl.warehouse..",
              "..etl.job..",
              "io.clickstream.etl");

  @ArchTest
  static final ArchRule parsingKnowsNoOtherStage =
      noClasses()
          .that()
          .resideInAPackage("..etl.parse..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..etl.dedupe..", "..etl.sessionize..");

  @ArchTest
  static final ArchRule sessionizingKnowsNoOtherStage =
      noClasses()
          .that()
          .resideInAPackage("..etl.sessionize..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..etl.parse..", "..etl.dedupe..");

  @ArchTest
  static final ArchRule theSourceKnowsNoLaterStage =
      noClasses()
          .that()
          .resideInAPackage("..etl.source..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "..etl.parse..",
                  "..etl.dedupe..",
                  "..etl.sessionize..",
                  "..etl.staging..",
                  "..etl.warehouse..",
                  "..etl.job.."));

  @ArchTest
  static final ArchRule stagingAndWarehouseDoNotKnowTheJob =
      noClasses()
          .that()
          .resideInAnyPackage("..etl.staging..", "..etl.warehouse..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..etl.job..", "io.clickstream.etl");

  @ArchTest
  static final ArchRule onlyStagingAndWarehouseAndTheirRecipesUseDatabases =
      noClasses()
          .that()
          .resideInAPackage("io.clickstream.etl..")
          .and()
          .resideOutsideOfPackages(
              "..etl.sql..", "..etl.staging..", "..etl.warehouse..", "..etl.job..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..");

  @ArchTest
  static final ArchRule pureStagesOpenNothing =
      noClasses()
          .that()
          .resideInAnyPackage(PURE_STAGES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.nio.file..", "java.net..", "org.apache.hadoop..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.apache.spark.sql.DataFrameReader")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.apache.spark.sql.DataFrameWriter")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.apache.spark.sql.SparkSession");

  @ArchTest
  static final ArchRule pureStagesHaveNoClockAndNoDice =
      noClasses()
          .that()
          .resideInAnyPackage(PURE_STAGES)
          .should()
          .callMethodWhere(
              target(nameMatching("now|currentTimeMillis|nanoTime|randomUUID|random|ofSystem.*")))
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.util.Random.class);

  @ArchTest
  static final ArchRule theEventModelKnowsNeitherSparkNorAwsNorTheJob =
      noClasses()
          .that()
          .resideInAPackage("io.clickstream.event..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache..",
              "scala..",
              "software.amazon..",
              "com.amazonaws..",
              "java.sql..",
              "io.clickstream.etl..");

  @ArchTest
  static final ArchRule onlyTheMainClassEndsTheProcess =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("io.clickstream.etl.EtlMain")
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule uuidsAreNotComparedAsSignedNumbers =
      noClasses()
          .that()
          .resideInAPackage("io.clickstream..")
          .should()
          .callMethod(java.util.UUID.class, "compareTo", java.util.UUID.class);
}
