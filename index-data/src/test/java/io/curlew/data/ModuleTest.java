package io.curlew.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is packed: a module of which every package is for others, with its licence. */
class ModuleTest {
  @Test
  void everyPackageIsExported() throws Exception {
    Path classes =
        Path.of(Dataset.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    ModuleDescriptor module =
        ModuleFinder.of(classes).find("io.curlew.data").orElseThrow().descriptor();
    Set<String> inner = new TreeSet<>(module.packages());
    module.exports().forEach(export -> inner.remove(export.source()));
    assertEquals(Set.of(), inner);
    assertTrue(Files.exists(classes.resolve("META-INF/LICENSE")));
    assertTrue(Files.exists(classes.resolve("META-INF/NOTICE")));
  }
}
