package io.curlew.solr;

import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.ModelFactory;
import io.curlew.data.Document;
import io.curlew.data.WordNetDataset;
import io.curlew.testing.models.WordModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.solr.common.SolrInputDocument;

/** The sample configset with a model of the tests, and documents for it. */
final class Samples {

  static final Path CONFIGSET = Path.of("src/main/configset/conf");
  static final int ANCHORS = 60;

  final WordNetDataset data;

  private Samples(WordNetDataset data) {
    this.data = data;
  }

  static Samples wordNet(int documents) throws IOException {
    return new Samples(WordNetDataset.sample(documents, 42));
  }

  List<String> anchorQueries() {
    return data.anchorQueryCandidates().subList(0, ANCHORS);
  }

  AnchorSet anchors(long modelSeed) {
    List<String> texts = data.documents().stream().limit(200).map(Document::text).toList();
    return AnchorSet.create(anchorQueries(), new WordModel(modelSeed), texts);
  }

  List<String> queries(int n) {
    return data.testQueries().stream().limit(n).map(query -> query.text()).toList();
  }

  List<SolrInputDocument> documents() {
    return data.documents().stream().map(Samples::input).toList();
  }

  static SolrInputDocument input(Document document) {
    SolrInputDocument input = new SolrInputDocument("id", document.id(), "text", document.text());
    input.setField("length_i", document.text().length());
    input.setField("letter_s", document.text().substring(0, 1));
    return input;
  }

  /** Writes a configset: the sample's, with the word model of a seed. */
  static void writeConfigset(Path conf, AnchorSet anchors, long modelSeed) throws IOException {
    writeConfigset(conf, anchors, WordModel.Factory.class, modelSeed);
  }

  /** Writes a configset: the sample's, with a model of the tests. */
  static void writeConfigset(
      Path conf, AnchorSet anchors, Class<? extends ModelFactory> factory, long modelSeed)
      throws IOException {
    Files.createDirectories(conf);
    Files.copy(CONFIGSET.resolve("schema.xml"), conf.resolve("schema.xml"));
    String config = Files.readString(CONFIGSET.resolve("solrconfig.xml"), StandardCharsets.UTF_8);
    int start = config.indexOf("<lst name=\"model\">");
    int end = config.indexOf("</lst>", start);
    Files.writeString(
        conf.resolve("solrconfig.xml"),
        config.substring(0, start)
            + "<lst name=\"model\"><str name=\"class\">"
            + factory.getName()
            + "</str><str name=\"seed\">"
            + modelSeed
            + "</str>"
            + config.substring(end));
    AnchorFile.write(anchors, conf.resolve("anchors.curlew"));
  }
}
