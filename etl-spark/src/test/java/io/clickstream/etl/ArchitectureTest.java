package io.clickstream.etl;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.clickstream.etl.parse.ParseRules;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import java.time.Clock;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.TimeZone;

/**
 * Packages call each other in the order of the data flow, and the stages in the middle are pure.
 */
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
  static final ArchRule packagesCallEachOtherInTheOrderOfTheDataFlow =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("io.clickstream.etl..")
          .layer("main")
          .definedBy("io.clickstream.etl")
          .optionalLayer("cli")
          .definedBy("io.clickstream.etl.cli..")
          .layer("job")
          .definedBy("io.clickstream.etl.job..")
          .layer("source")
          .definedBy("io.clickstream.etl.source..")
          .layer("parse")
          .definedBy("io.clickstream.etl.parse..")
          .layer("dedupe")
          .definedBy("io.clickstream.etl.dedupe..")
          .layer("sessionize")
          .definedBy("io.clickstream.etl.sessionize..")
          .layer("staging")
          .definedBy("io.clickstream.etl.staging..")
          .layer("warehouse")
          .definedBy("io.clickstream.etl.warehouse..")
          .layer("sql")
          .definedBy("io.clickstream.etl.sql..")
          .layer("schema")
          .definedBy("io.clickstream.etl.schema..")
          .whereLayer("main")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("cli")
          .mayOnlyBeAccessedByLayers("main")
          .whereLayer("job")
          .mayOnlyBeAccessedByLayers("main", "cli")
          .whereLayer("source")
          .mayOnlyBeAccessedByLayers("job")
          .whereLayer("parse")
          .mayOnlyBeAccessedByLayers("cli", "job", "warehouse")
          .whereLayer("dedupe")
          .mayOnlyBeAccessedByLayers("job")
          .whereLayer("sessionize")
          .mayOnlyBeAccessedByLayers("cli", "job", "warehouse")
          .whereLayer("staging")
          .mayOnlyBeAccessedByLayers("job", "warehouse")
          .whereLayer("warehouse")
          .mayOnlyBeAccessedByLayers("main", "cli", "job")
          .whereLayer("sql")
          .mayOnlyBeAccessedByLayers("dedupe", "sessionize", "staging", "warehouse", "job")
          .whereLayer("schema")
          .mayOnlyBeAccessedByLayers(
              "cli", "source", "parse", "sessionize", "staging", "warehouse", "job");

  @ArchTest
  static final ArchRule everyClassBelongsToAPackageOfTheDataFlow =
      classes()
          .that()
          .resideInAPackage("io.clickstream.etl..")
          .should()
          .resideInAnyPackage(
              "io.clickstream.etl",
              "io.clickstream.etl.cli",
              "io.clickstream.etl.job",
              "io.clickstream.etl.source..",
              "io.clickstream.etl.parse",
              "io.clickstream.etl.dedupe",
              "io.clickstream.etl.sessionize",
              "io.clickstream.etl.staging",
              "io.clickstream.etl.warehouse",
              "io.clickstream.etl.sql",
              "io.clickstream.etl.schema");

  @ArchTest
  static final ArchRule onlyTheMainClassKnowsTheCommandLine =
      noClasses()
          .that()
          .resideInAPackage("io.clickstream.etl.(**)")
          .and()
          .resideOutsideOfPackage("..etl.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..etl.cli..", "picocli..", "io.clickstream.etl");

  @ArchTest
  static final ArchRule onlyTheReaderOfS3KnowsTheAwsSdkAndS3A =
      noClasses()
          .that()
          .resideInAPackage("io.clickstream.etl..")
          .and()
          .resideOutsideOfPackages("..etl.source.s3..", "..etl.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("software.amazon..", "org.apache.hadoop.fs.s3a..");

  @ArchTest
  static final ArchRule theReaderOfS3KnowsNothingElseOfTheJob =
      noClasses()
          .that()
          .resideInAPackage("..etl.source.s3..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.clickstream..").and(not(resideInAPackage("..etl.source.s3.."))));

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.clickstream.etl.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule theWarehouseKnowsOnlyTheRulesOfParsingAndSessionizing =
      noClasses()
          .that()
          .resideInAPackage("..etl.warehouse..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("..etl.parse..", "..etl.sessionize..")
                  .and(not(type(ParseRules.class).or(type(SessionRules.class)))));

  @ArchTest
  static final ArchRule pureStagesKnowStatementsButNotTheirExecution =
      noClasses()
          .that()
          .resideInAnyPackage(PURE_STAGES)
          .should()
          .dependOnClassesThat(resideInAPackage("..etl.sql..").and(not(type(SqlStatement.class))));

  @ArchTest
  static final ArchRule onlyStagingAndWarehouseUseDatabases =
      noClasses()
          .that()
          .resideInAPackage("io.clickstream.etl..")
          .and()
          .resideOutsideOfPackages("..etl.sql..", "..etl.staging..", "..etl.warehouse..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..");

  @ArchTest
  static final ArchRule recipesPassConnectionsOnAndExecuteNothing =
      noClasses()
          .that()
          .resideInAPackage("..etl.job..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("..etl.sql..")
                  .and(not(type(SqlConnection.class).or(type(DatabaseException.class)))))
          .orShould()
          .callMethodWhere(
              target(owner(type(SqlConnection.class)))
                  .and(target(not(nameMatching("open|close")))));

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
  static final ArchRule pureStagesHaveNoClockAndNoRandomNumbers =
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

  /** The zones of Java and of PostgreSQL may be of different versions: one of them computes. */
  @ArchTest
  static final ArchRule onlyPostgresComputesWithTheReportingZone =
      noClasses()
          .that()
          .resideInAPackage("io.clickstream.etl..")
          .should()
          .callMethod(ZoneId.class, "of", String.class)
          .orShould()
          .callMethod(ZoneId.class, "systemDefault")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(ZoneRules.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(TimeZone.class);

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
