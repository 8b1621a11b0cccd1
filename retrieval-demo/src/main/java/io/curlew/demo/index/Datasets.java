package io.curlew.demo.index;

import io.curlew.data.BeirDataset;
import io.curlew.data.Dataset;
import io.curlew.data.TextQuery;
import io.curlew.data.WordNetDataset;
import io.curlew.data.eval.Judgements;
import io.curlew.demo.console.BadInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

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
