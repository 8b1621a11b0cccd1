package io.curlew.lucene;

import io.curlew.testing.Seeds;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Work that does not end leaves nothing behind. The proof takes an hour: {@code mvn -q -pl
 * lucene-plugin/lucene -am test -Dtest=SoakTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dcurlew.soak.seconds=3600 -Dcurlew.test.seconds=0}; with {@code -Dcurlew.soak.load=0.1} each of
 * its two threads works a tenth of the time.
 */
class SoakTest {

  private static final int SECONDS = Integer.getInteger("curlew.soak.seconds", 3);
  private static final double LOAD =
      Double.parseDouble(System.getProperty("curlew.soak.load", "1"));

  @Test
  void mixedWorkLeavesNothingBehind(@TempDir Path directory) throws Exception {
    new Soak(directory, LOAD, Seeds.random()).run(SECONDS, Math.clamp(SECONDS / 60.0, 1, 60));
  }
}
