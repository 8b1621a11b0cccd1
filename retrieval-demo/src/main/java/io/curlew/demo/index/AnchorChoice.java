package io.curlew.demo.index;

import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSelection;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelScores;
import io.curlew.data.Dataset;
import io.curlew.data.Document;
import io.curlew.data.PseudoQueries;
import io.curlew.data.TextQuery;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The anchor queries of a new index. Candidates come from a file, or else from the data set's
 * queries without test judgements, in random order; spans cut out of documents are added where
 * these are fewer than the anchors wanted. A selection that reads scores chooses among {@value
 * #CANDIDATES_PER_ANCHOR} times as many candidates. A text that is evaluated is never a candidate.
 *
 * @param count how many anchors are wanted
 * @param file of anchor queries, one per line, or null
 * @param dimensions that the index holds of each row, or {@link #WHOLE}
 * @param rowBytes that each row is quantised to, or {@link #WHOLE}
 * @param bytes whether rows are stored in a byte per value or in floats; bytes where nobody says
 */
public record AnchorChoice(
    int count,
    AnchorSelection selection,
    @Nullable Path file,
    long seed,
    int dimensions,
    int rowBytes,
    @Nullable Boolean bytes) {

  /** Rows as they are. */
  public static final int WHOLE = 0;

  private static final int CANDIDATES_PER_ANCHOR = 3;
  private static final long ZOOKEEPER_LIMIT = 1 << 20;
  private static final int SAMPLE = 2000; // a few times the anchors, for their statistics

  public AnchorChoice {
    if (dimensions < 0 || dimensions > count) {
      throw new BadInputException(
          "--dimensions must be between 1 and --anchors, " + count + ", got: " + dimensions);
    }
    if (rowBytes < 0 || rowBytes > count) {
      throw new BadInputException(
          "--bytes-per-document must be between 1 and --anchors, " + count + ", got: " + rowBytes);
    }
    if (bytes != null && rowBytes != WHOLE) {
      throw new BadInputException(
          "--bytes and --no-bytes must not be given with --bytes-per-document, got: " + rowBytes);
    }
    if (dimensions != WHOLE && rowBytes != WHOLE) {
      throw new BadInputException(
          "--bytes-per-document chooses dimensions by itself: --dimensions must not be given, got: "
              + dimensions);
    }
    if (count < 1 || count > AnchorSet.MAX_ANCHORS) {
      throw new BadInputException(
          "--anchors must be between 1 and " + AnchorSet.MAX_ANCHORS + ", got: " + count);
    }
  }

  /**
   * What was chosen.
   *
   * @param calls of the model that it has cost
   */
  record Chosen(AnchorSet anchors, long calls) {}

  /** Scores the candidates on a sample of the documents and chooses. */
  Chosen choose(List<String> candidates, List<Document> documents, InteractionModel model) {
    List<String> texts = new ArrayList<>(documents.stream().map(Document::text).toList());
    Collections.shuffle(texts, new Random(seed));
    texts = texts.subList(0, Math.min(SAMPLE, texts.size()));
    float[][] scores = ModelScores.checked(model, candidates, texts);
    int[] chosen = selection.select(scores, Math.min(count, candidates.size()), seed);
    float[][] rows = new float[texts.size()][chosen.length];
    for (int a = 0; a < chosen.length; a++) {
      for (int d = 0; d < rows.length; d++) {
        rows[d][a] = scores[chosen[a]][d];
      }
    }
    List<String> queries = IntStream.of(chosen).mapToObj(candidates::get).toList();
    AnchorSet anchors = anchors(queries, model.fingerprint(), rows);
    return new Chosen(anchors, calls(candidates, documents));
  }

  /** The calls that a choice costs. */
  static long calls(List<String> candidates, List<Document> documents) {
    return (long) candidates.size() * Math.min(SAMPLE, documents.size());
  }

  private AnchorSet anchors(List<String> queries, String model, float[][] rows) {
    if (rowBytes > Math.min(rows.length, queries.size())) {
      throw new BadInputException(
          "--bytes-per-document must be at most the anchors and the documents, "
              + Math.min(rows.length, queries.size())
              + ", got: "
              + rowBytes);
    }
    return AnchorSet.of(queries, model, rows, encoding());
  }

  private RowEncoding.Choice encoding() {
    if (rowBytes != WHOLE) {
      return RowEncoding.productQuantized(rowBytes);
    }
    boolean floats = bytes != null && !bytes;
    RowEncoding.Choice values = floats ? RowEncoding.floats() : RowEncoding.int8();
    return dimensions == WHOLE ? values : RowEncoding.projected(dimensions, values);
  }

  /** Chooses the anchors of a data set and writes their file, for an index that others make. */
  public AnchorSet write(Dataset dataset, InteractionModel model, Path file) throws IOException {
    List<Document> documents = dataset.documents();
    List<String> candidates = candidates(dataset, documents);
    AnchorSet anchors;
    try (Progress progress = Progress.start("Anchors", 1)) {
      anchors = choose(candidates, documents, model).anchors();
      progress.step(1);
    }
    AnchorFile.write(anchors, file);
    if (Files.size(file) > ZOOKEEPER_LIMIT) {
      Progress.log(
          "warning: ZooKeeper takes files of at most 1 MB unless told otherwise, got: "
              + Files.size(file)
              + " bytes; fewer anchors make a smaller file");
    }
    return anchors;
  }

  /** The texts to choose among: exactly the anchors if the selection takes them as they come. */
  public List<String> candidates(Dataset dataset, List<Document> documents) throws IOException {
    return candidates(dataset.anchorQueryCandidates(), evaluated(dataset), documents);
  }

  /** The texts of the queries that an evaluation would use. */
  static Set<String> evaluated(Dataset dataset) {
    Set<String> evaluated = new HashSet<>();
    for (TextQuery query : testQueries(dataset)) {
      evaluated.add(query.text());
    }
    return evaluated;
  }

  /**
   * The same without a data set.
   *
   * @param queries that may be anchors, if there is no file of them
   * @param evaluated that may not
   */
  List<String> candidates(List<String> queries, Set<String> evaluated, List<Document> documents)
      throws IOException {
    List<String> given = file == null ? queries : Files.readAllLines(file);
    LinkedHashSet<String> distinct = new LinkedHashSet<>();
    for (String query : given) {
      if (!query.isBlank() && !evaluated.contains(query.strip())) {
        distinct.add(query.strip());
      }
    }
    List<String> chosen = new ArrayList<>(distinct);
    if (file == null) {
      Collections.shuffle(chosen, new Random(seed));
    }
    int wanted = selection.needsScores() ? CANDIDATES_PER_ANCHOR * count : count;
    chosen = new ArrayList<>(chosen.subList(0, Math.min(wanted, chosen.size())));
    if (chosen.size() < count) {
      Set<String> exclude = new HashSet<>(evaluated);
      exclude.addAll(chosen);
      List<String> cut = PseudoQueries.cut(documents, wanted - chosen.size(), seed, exclude);
      Progress.log(
          cut.size() + " of the candidates for anchor queries are spans cut out of documents");
      chosen.addAll(cut);
    }
    if (chosen.isEmpty()) {
      throw new BadInputException("anchor queries must be at least 1, the data set gives: 0");
    }
    if (chosen.size() < count) {
      Progress.log("warning: " + count + " anchor queries asked for, " + chosen.size() + " found");
    }
    return chosen;
  }

  /** The queries that an evaluation would use; a data set need not have any. */
  private static List<TextQuery> testQueries(Dataset dataset) {
    try {
      return dataset.testQueries();
    } catch (IOException e) {
      return List.of();
    }
  }
}
