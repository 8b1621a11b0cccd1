package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is packed: a module whose inner packages nobody sees. */
class ModuleTest {
  @Test
  void innerPackagesAreForThisProjectAlone() throws Exception {
    Path classes =
        Path.of(AdaptiveSearch.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    ModuleDescriptor module =
        ModuleFinder.of(classes).find("io.curlew.core").orElseThrow().descriptor();
    Set<String> open =
        module.exports().stream()
            .filter(export -> !export.isQualified())
            .map(ModuleDescriptor.Exports::source)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        new TreeSet<>(
            Set.of(
                "io.curlew.cur",
                "io.curlew.cur.anchor",
                "io.curlew.cur.learn",
                "io.curlew.cur.model",
                "io.curlew.cur.shards")),
        open);
  }
}
