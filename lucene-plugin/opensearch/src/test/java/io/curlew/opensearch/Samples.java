package io.curlew.opensearch;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.model.ModelScores;
import io.curlew.data.Document;
import io.curlew.data.WordNetDataset;
import io.curlew.testing.models.LearnedWords;
import io.curlew.testing.models.WordModel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** WordNet senses as documents of the tests. */
final class Samples {

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

  AnchorSet anchors(long modelSeed, RowEncoding.Choice encoding) {
    WordModel model = new WordModel(modelSeed);
    List<String> texts = data.documents().stream().limit(200).map(Document::text).toList();
    return AnchorSet.of(
        anchorQueries(),
        model.fingerprint(),
        ModelScores.anchorRows(model, anchorQueries(), texts),
        encoding);
  }

  /** Those that have learned what to make of the model's own vectors. */
  AnchorSet learnedAnchors(long modelSeed, double profile) {
    List<String> texts = data.documents().stream().limit(200).map(Document::text).toList();
    return LearnedWords.anchors(new WordModel(modelSeed), anchorQueries(), texts, profile);
  }

  List<String> queries(int n) {
    return data.testQueries().stream().limit(n).map(query -> query.text()).toList();
  }

  /** The texts by id. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    data.documents().forEach(document -> texts.putIfAbsent(document.id(), document.text()));
    return texts;
  }

  /** The documents by id. */
  Map<String, Map<String, Object>> documents() {
    Map<String, Map<String, Object>> documents = new LinkedHashMap<>();
    texts().forEach((id, text) -> documents.put(id, document(text)));
    return documents;
  }

  /** The same, each with the vector that a model makes of its text. */
  Map<String, Map<String, Object>> documentsWithVectors(WordModel model) {
    Map<String, Map<String, Object>> documents = new LinkedHashMap<>();
    texts()
        .forEach(
            (id, text) -> {
              Map<String, Object> document = new LinkedHashMap<>(document(text));
              document.put("vector", PlainVectorPlugin.value(model.vector(text)));
              documents.put(id, document);
            });
    return documents;
  }

  static Map<String, Object> document(String text) {
    return Map.of("text", text, "letter", text.substring(0, 1), "length", text.length());
  }
}
