package io.curlew.demo;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.stream.Collectors;

/** Dependencies point one way. */
@AnalyzeClasses(
    packages = "io.curlew",
    importOptions = {DoNotIncludeTests.class, ArchitectureTest.DoNotIncludeTestJars.class})
class ArchitectureTest {

  /** What other modules lend to tests. */
  static final class DoNotIncludeTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule DEPENDENCIES =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("io.curlew..")
          .layer("lowrank")
          .definedBy("io.curlew.lowrank..")
          .layer("simd")
          .definedBy("io.curlew.simd..")
          .layer("quantize")
          .definedBy("io.curlew.quantize..")
          .layer("cur")
          .definedBy("io.curlew.cur..")
          .layer("lucene")
          .definedBy("io.curlew.lucene..")
          .layer("attention")
          .definedBy("io.curlew.attention..")
          .layer("data")
          .definedBy("io.curlew.data..")
          .layer("demo")
          .definedBy("io.curlew.demo..")
          .whereLayer("demo")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("data")
          .mayOnlyBeAccessedByLayers("demo")
          .whereLayer("attention")
          .mayOnlyBeAccessedByLayers("demo")
          .whereLayer("lucene")
          .mayOnlyBeAccessedByLayers("demo")
          .whereLayer("cur")
          .mayOnlyBeAccessedByLayers("lucene", "attention", "demo")
          .whereLayer("quantize")
          .mayOnlyBeAccessedByLayers("cur", "lucene", "demo")
          .whereLayer("simd")
          .mayOnlyBeAccessedByLayers("lowrank", "cur", "lucene", "attention", "demo")
          .whereLayer("lowrank")
          .mayOnlyBeAccessedByLayers("cur", "demo");

  @ArchTest
  static final ArchRule NO_CIRCLES = slices().matching("io.curlew.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ROOMS_DO_NOT_KNOW_COMMANDS =
      noClasses()
          .that()
          .resideInAPackage("io.curlew.demo.*..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.curlew.demo");

  /** What grows beyond it is more than one concern; the decompositions are one, and many. */
  @ArchTest
  static void packagesStaySmall(JavaClasses all) {
    Map<String, Long> sizes =
        all.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(one -> !one.getSimpleName().equals("package-info"))
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
    sizes.remove("io.curlew.lowrank");
    sizes.forEach((name, size) -> assertTrue(size <= 35, name + " has " + size + " classes"));
    assertTrue(sizes.size() > 20, "packages: " + sizes.keySet());
  }
}
