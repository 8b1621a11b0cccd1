package io.curlew.solr;

import io.curlew.cur.anchor.AnchorSet;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A minute of {@link LivingCloud}, over 4,000 documents. */
@Tag("proof")
class LivingCloudProof {

  @TempDir static Path directory;

  @Test
  void noSearchFailsInAMinute() throws Exception {
    Samples samples = Samples.wordNet(4000);
    AnchorSet anchors = samples.anchors(1);
    try (Cloud cloud = Cloud.start(directory, conf -> Samples.writeConfigset(conf, anchors, 1))) {
      cloud.add(samples.documents());
      cloud.client.commit(Cloud.COLLECTION);
      System.out.println(
          LivingCloud.run(cloud, samples, samples.queries(50), Duration.ofMinutes(1)));
    }
  }
}
