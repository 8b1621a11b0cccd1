package io.curlew.solr;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.HashMap;
import java.util.Map;

/** The plugin knows the search, the engine layer and Solr, and nothing else of the project. */
@AnalyzeClasses(packages = "io.curlew", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule DEPENDENCIES =
      noClasses()
          .that()
          .resideInAnyPackage("io.curlew.solr..", "io.curlew.lucene..")
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
          .resideInAPackage("io.curlew.solr..")
          .should()
          .onlyBeAccessed()
          .byAnyPackage("io.curlew.solr..");

  /** The engine layer is one: no class of it has the name of another. */
  @ArchTest
  static void namesAreOfOneClass(JavaClasses all) {
    Map<String, String> named = new HashMap<>();
    for (JavaClass one : all) {
      boolean engine =
          one.getPackageName().startsWith("io.curlew.lucene")
              || one.getPackageName().startsWith("io.curlew.solr");
      if (engine && one.isTopLevelClass() && !one.getSimpleName().equals("package-info")) {
        String other = named.put(one.getSimpleName(), one.getName());
        assertNull(other, "two classes are called " + one.getSimpleName());
      }
    }
    assertTrue(named.size() > 40, "classes of the engine layers: " + named.size());
  }
}
