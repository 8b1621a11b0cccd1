package io.curlew.testing.models;

import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelFactory;
import io.curlew.data.Document;
import io.curlew.data.WordNetDataset;
import io.curlew.data.model.ModelFiles;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The scores of late interaction over int8 MiniLM on a WordNet sample, computed once, kept under
 * {@code target}, and replayed: every pair of its queries and documents. Counts calls.
 */
public final class MatrixModel implements InteractionModel {

  public static final int ANCHORS = 400;
  public static final AtomicLong CALLS = new AtomicLong();
  private static final int MAGIC = 0x43554d58;

  public final WordNetDataset data;
  public final List<String> anchorQueries;
  public final List<String> testQueries;
  private final String fingerprint;
  private final float[][] scores;
  private final Map<String, Integer> queryIndex = new HashMap<>();
  private final Map<String, Integer> documentIndex = new HashMap<>();

  private static volatile @Nullable MatrixModel current;

  private MatrixModel(
      WordNetDataset data,
      List<String> anchorQueries,
      List<String> testQueries,
      String fingerprint,
      float[][] scores) {
    this.data = data;
    this.anchorQueries = anchorQueries;
    this.testQueries = testQueries;
    this.fingerprint = fingerprint;
    this.scores = scores;
    for (String query : anchorQueries) {
      queryIndex.put(query, queryIndex.size());
    }
    for (String query : testQueries) {
      queryIndex.put(query, queryIndex.size());
    }
    for (Document document : data.documents()) {
      documentIndex.put(document.text(), documentIndex.size());
    }
  }

  /** Computes or reads the scores; documents of the same text are taken once. */
  public static MatrixModel open(int documents, int queries) throws IOException {
    WordNetDataset data = WordNetDataset.sample(documents, 42);
    List<String> anchors = data.anchorQueryCandidates().subList(0, ANCHORS);
    List<String> tests =
        data.testQueries().stream().map(query -> query.text()).distinct().limit(queries).toList();
    List<String> all = new ArrayList<>(anchors);
    all.addAll(tests);
    List<String> texts = data.documents().stream().map(Document::text).distinct().toList();
    Path file = Path.of("target", "maxsim-" + documents + "-" + queries + ".scores");
    float[][] scores = new float[all.size()][texts.size()];
    ModelFiles files = ModelFiles.miniLmInt8();
    try (LateInteractionModel model =
        LateInteractionModel.open(
            files::openModel, files::openTokenizer, LateInteractionOptions.defaults())) {
      String fingerprint = model.fingerprint();
      if (!read(file, fingerprint, scores)) {
        scores = model.score(all, texts);
        write(file, fingerprint, scores);
      }
      MatrixModel matrix = new MatrixModel(data, anchors, tests, fingerprint, scores);
      current = matrix;
      return matrix;
    }
  }

  private static boolean read(Path file, String fingerprint, float[][] scores) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      if (in.readInt() != MAGIC || !in.readUTF().equals(fingerprint)) {
        return false;
      }
      for (float[] row : scores) {
        for (int d = 0; d < row.length; d++) {
          row[d] = in.readFloat();
        }
      }
      return true;
    }
  }

  private static void write(Path file, String fingerprint, float[][] scores) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(temporary)))) {
      out.writeInt(MAGIC);
      out.writeUTF(fingerprint);
      for (float[] row : scores) {
        for (float score : row) {
          out.writeFloat(score);
        }
      }
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Opens the matrix last computed. */
  public static final class Factory implements ModelFactory {
    /** For an engine. */
    public Factory() {}

    @Override
    public InteractionModel open(Map<String, String> arguments) {
      MatrixModel model = current;
      if (model == null) {
        throw new IllegalArgumentException("scores must be computed first");
      }
      return model;
    }
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public float[][] score(List<String> queries, List<String> documents) {
    CALLS.addAndGet((long) queries.size() * documents.size());
    float[][] found = new float[queries.size()][documents.size()];
    for (int q = 0; q < found.length; q++) {
      float[] row = scores[index(queryIndex, queries.get(q))];
      for (int d = 0; d < found[q].length; d++) {
        found[q][d] = row[index(documentIndex, documents.get(d))];
      }
    }
    return found;
  }

  private static int index(Map<String, Integer> indices, String text) {
    return Objects.requireNonNull(indices.get(text), text);
  }

  @Override
  public void close() {}
}
