package io.curlew.demo.index;

import io.curlew.data.BeirDataset;
import io.curlew.data.Dataset;
import io.curlew.data.Document;
import io.curlew.data.DocumentReader;
import io.curlew.data.PseudoQueries;
import io.curlew.data.TextQuery;
import io.curlew.data.WordNetDataset;
import io.curlew.data.eval.Judgements;
import io.curlew.demo.console.BadInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Data sets by the name that the command line gives them. */
public final class Datasets {

  /** How many WordNet synsets are taken unless told otherwise. */
  public static final String DEFAULT_DOCUMENTS = "20000";

  private Datasets() {}

  /**
   * Opens a data set.
   *
   * @param name {@code wordnet} or a BEIR directory
   * @param documents how many documents of WordNet: a number or {@code all}
   */
  public static Dataset open(String name, String documents, long seed) throws IOException {
    if (!name.equals("wordnet")) {
      return BeirDataset.open(Path.of(name));
    }
    if (documents.equals("all")) {
      return WordNetDataset.all(seed);
    }
    try {
      return WordNetDataset.sample(Integer.parseInt(documents), seed);
    } catch (NumberFormatException e) {
      throw new BadInputException("--documents must be a number or \"all\", got: " + documents);
    }
  }

  /** The same for its queries and judgements: of a BEIR directory the corpus need not be there. */
  public static Dataset openQueries(String name, String documents, long seed) throws IOException {
    return name.equals("wordnet")
        ? open(name, documents, seed)
        : BeirDataset.openQueries(Path.of(name));
  }

  /** Queries and judgements of the data set that an index was made of. */
  public static Dataset queriesOf(CurlewIndex index) throws IOException {
    return openQueries(
        index.description(CurlewIndex.DATASET, ""),
        index.description(CurlewIndex.DOCUMENTS, DEFAULT_DOCUMENTS),
        Long.parseLong(index.description(CurlewIndex.SEED, "42")));
  }

  /**
   * Queries cut out of the documents of an index, none of them an anchor, as a data set without
   * judgements: for agreement with the model where nobody has judged anything.
   */
  public static Dataset pseudoQueries(CurlewIndex index, int count, long seed) throws IOException {
    IndexedDocuments indexed = IndexedDocuments.of(index);
    List<Document> documents = new ArrayList<>();
    for (int d = 0; d < indexed.size(); d++) {
      documents.add(new Document(indexed.ids().get(d), indexed.texts().get(d)));
    }
    List<TextQuery> queries = new ArrayList<>();
    for (String text :
        PseudoQueries.cut(documents, count, seed, Set.copyOf(index.anchors().queries()))) {
      queries.add(new TextQuery("pseudo-" + queries.size(), text));
    }
    return new Dataset() {
      @Override
      public String name() {
        return "queries cut out of documents";
      }

      @Override
      public DocumentReader openDocuments() {
        return DocumentReader.of(documents);
      }

      @Override
      public List<String> anchorQueryCandidates() {
        return List.of();
      }

      @Override
      public List<TextQuery> testQueries() {
        return queries;
      }

      @Override
      public Judgements judgements() {
        return Judgements.of(Map.of());
      }
    };
  }

  /** The judgements of training queries by their texts: ids of documents and grades. */
  public static Map<String, Map<String, Integer>> trainJudgements(Dataset dataset)
      throws IOException {
    Judgements judgements = dataset.trainJudgements();
    Map<String, Map<String, Integer>> byText = new LinkedHashMap<>();
    for (TextQuery query : dataset.trainQueries()) {
      byText.put(query.text().strip(), judgements.judged(query.id()));
    }
    return byText;
  }
}
