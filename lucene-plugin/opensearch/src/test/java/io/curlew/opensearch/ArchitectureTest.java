package io.curlew.opensearch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The plugin knows the search, the engine layer and OpenSearch, and nothing else of the project.
 */
@AnalyzeClasses(packages = "io.curlew", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule DEPENDENCIES =
      noClasses()
          .that()
          .resideInAPackage("io.curlew.opensearch..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.curlew.lowrank..",
              "io.curlew.attention..",
              "io.curlew.data..",
              "io.curlew.demo..");

  @ArchTest
  static final ArchRule DEPENDANTS =
      classes()
          .that()
          .resideInAPackage("io.curlew.opensearch..")
          .should()
          .onlyBeAccessed()
          .byAnyPackage("io.curlew.opensearch..");
}
