package io.curlew.cur.anchor;

import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelScores;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The anchor queries of an index, and what is known about scores against them.
 *
 * <p>Every document stores its scores against these queries, in this order, as its <em>anchor
 * row</em>. An index is bound to one anchor set by {@link #fingerprint()}: rows of different anchor
 * sets must never be compared. Immutable. {@link AnchorFile} reads and writes it.
 */
public final class AnchorSet {

  /** The largest number of anchor queries: Lucene's limit on the dimension of a vector field. */
  public static final int MAX_ANCHORS = 1024;

  /** The bytes of a sketch. */
  private static final int SKETCH_LENGTH = 64;

  /** Rows that take less than so many sketches are read as fast themselves. */
  private static final int WORTH_A_SKETCH = 4;

  private final List<String> queries;
  private final String modelFingerprint;
  private final String queryModelFingerprint;
  private final RowEncoding encoding;
  private final @Nullable RowEncoding sketch;
  private final AnchorStatistics statistics;
  private final Learned learned;
  private final String fingerprint;

  AnchorSet(
      List<String> queries,
      String modelFingerprint,
      String queryModelFingerprint,
      RowEncoding encoding,
      @Nullable RowEncoding sketch,
      AnchorStatistics statistics,
      Learned learned) {
    checkQueries(queries);
    if (encoding.size() != queries.size() || statistics.size() != encoding.dimension()) {
      throw new IllegalArgumentException(
          "encoding and statistics must be of "
              + queries.size()
              + " anchors and "
              + encoding.dimension()
              + " dimensions, got: "
              + encoding.size()
              + " and "
              + statistics.size());
    }
    if (sketch != null && (sketch.size() != encoding.dimension() || !sketch.isBytes())) {
      throw new IllegalArgumentException(
          "sketch must be bytes, of "
              + encoding.dimension()
              + " values, got: "
              + (sketch.isBytes() ? "bytes" : "floats")
              + " of "
              + sketch.size());
    }
    this.encoding = encoding;
    this.sketch = sketch;
    this.queries = List.copyOf(queries);
    this.modelFingerprint = modelFingerprint;
    this.queryModelFingerprint = queryModelFingerprint;
    this.statistics = statistics;
    this.learned = learned;
    this.fingerprint = digest();
  }

  /**
   * Makes an anchor set, scoring a sample of documents to learn the {@link AnchorStatistics}.
   *
   * @param queries 1 to {@value #MAX_ANCHORS} distinct queries, none blank
   * @param model the model that will score documents against these queries
   * @param sample texts of some documents of the collection, chosen at random; a few times as many
   *     as anchors are plenty. Costs {@code queries.size() * sample.size()} calls of the model
   */
  public static AnchorSet create(
      List<String> queries, InteractionModel model, List<String> sample) {
    checkQueries(queries);
    if (sample.isEmpty()) {
      throw new IllegalArgumentException("sample must hold at least 1 document, got: 0");
    }
    return of(queries, model.fingerprint(), ModelScores.anchorRows(model, queries, sample));
  }

  /**
   * Makes an anchor set from scores that are known, whose rows are stored as floats.
   *
   * @param queries as for {@link #create}
   * @param modelFingerprint of the model that gave the scores
   * @param sampleRows the anchor rows of some documents, {@code [documents][queries]}
   */
  public static AnchorSet of(List<String> queries, String modelFingerprint, float[][] sampleRows) {
    return of(queries, modelFingerprint, sampleRows, RowEncoding.floats());
  }

  /**
   * Makes an anchor set whose rows are stored in a way of the caller's choice.
   *
   * @param sampleRows as for {@link #of(List, String, float[][])}
   */
  public static AnchorSet of(
      List<String> queries,
      String modelFingerprint,
      float[][] sampleRows,
      RowEncoding.Choice choice) {
    checkQueries(queries);
    if (sampleRows.length == 0) {
      throw new IllegalArgumentException("sample must hold at least 1 document, got: 0");
    }
    RowEncoding encoding = choice.learn(sampleRows);
    float[][] values = Arrays.stream(sampleRows).map(encoding::project).toArray(float[][]::new);
    AnchorStatistics statistics = AnchorStatistics.of(values);
    return new AnchorSet(
        queries,
        modelFingerprint,
        modelFingerprint,
        encoding,
        learnSketch(encoding, statistics, values),
        statistics,
        Learned.NONE);
  }

  private static @Nullable RowEncoding learnSketch(
      RowEncoding encoding, AnchorStatistics statistics, float[][] values) {
    int stored = encoding.length() * (encoding.isBytes() ? 1 : Float.BYTES);
    if (stored < WORTH_A_SKETCH * SKETCH_LENGTH
        || Arrays.stream(values).allMatch(row -> Arrays.equals(row, values[0]))
        || Math.min(values.length, encoding.dimension()) < SKETCH_LENGTH) {
      return null;
    }
    float[][] centred = Arrays.stream(values).map(statistics::centre).toArray(float[][]::new);
    return RowEncoding.projected(SKETCH_LENGTH, RowEncoding.int8()).learn(centred);
  }

  /**
   * The same anchors for queries that are answered by another model: the cheap-index mode, where
   * the anchor scores of an expensive model would cost too much. An index does not change with it.
   *
   * @param fingerprint of the model that will answer queries
   */
  public AnchorSet withQueryModel(String fingerprint) {
    Learned kept = fingerprint.equals(queryModelFingerprint) ? learned : Learned.NONE;
    return new AnchorSet(
        queries, modelFingerprint, fingerprint, encoding, sketch, statistics, kept);
  }

  /** The same anchors compared in another metric: for simulations, no index holds their rows. */
  public AnchorSet withStatistics(AnchorStatistics other) {
    return new AnchorSet(
        queries, modelFingerprint, queryModelFingerprint, encoding, sketch, other, learned);
  }

  /** The same anchors with what was learned on them; an index does not change with it. */
  public AnchorSet withLearned(Learned learned) {
    return new AnchorSet(
        queries, modelFingerprint, queryModelFingerprint, encoding, sketch, statistics, learned);
  }

  private static void checkQueries(List<String> queries) {
    if (queries.isEmpty() || queries.size() > MAX_ANCHORS) {
      throw new IllegalArgumentException(
          "number of anchor queries must be between 1 and "
              + MAX_ANCHORS
              + ", got: "
              + queries.size());
    }
    Set<String> seen = new HashSet<>();
    for (String query : queries) {
      if (query.isBlank()) {
        throw new IllegalArgumentException("anchor query must not be blank, got: \"" + query + '"');
      }
      if (!seen.add(query)) {
        throw new IllegalArgumentException("anchor queries must be distinct, twice: " + query);
      }
    }
  }

  /** The anchor queries, in the order of an anchor row. */
  public List<String> queries() {
    return queries;
  }

  /** The number of anchor queries, which is the length of an anchor row. */
  public int size() {
    return queries.size();
  }

  /** The number of values of an anchor row: fewer than scores if it is projected. */
  public int dimension() {
    return encoding.dimension();
  }

  /** How rows lie in the index. */
  public RowEncoding encoding() {
    return encoding;
  }

  /**
   * How a row's sketch lies beside it: the leading principal components of its centred values, a
   * byte each, so that a scan reads a few bytes of every document and whole rows of the most likely
   * ones. Null where rows are short themselves, the sample was small or all the same, or the anchor
   * file is of a version that had none.
   */
  public @Nullable RowEncoding sketch() {
    return sketch;
  }

  /**
   * A query expressed in these anchors.
   *
   * @param weights one per dimension
   * @param intercept as in {@link LatentQuery}
   */
  public LatentQuery latent(float[] weights, float intercept) {
    if (weights.length != dimension()) {
      throw new IllegalArgumentException(
          "latent query must have " + dimension() + " weights, got: " + weights.length);
    }
    return new LatentQuery(fingerprint, weights, intercept);
  }

  /**
   * Checks that a latent query is expressed in these anchors.
   *
   * @throws IllegalArgumentException naming both fingerprints if it is not
   */
  public void check(LatentQuery latent) {
    if (!latent.anchors().equals(fingerprint)) {
      throw new IllegalArgumentException(
          "latent query must be of the anchor set " + fingerprint + ", got: " + latent.anchors());
    }
  }

  /** The weights that make the mean anchor score of the values of a row. */
  public float[] averaging() {
    float[] mean = new float[size()];
    Arrays.fill(mean, 1f / mean.length);
    return encoding.project(mean);
  }

  /** The fingerprint of the model that scores documents against the anchor queries. */
  public String modelFingerprint() {
    return modelFingerprint;
  }

  /**
   * The fingerprint of the model that answers queries: the same, unless {@link #withQueryModel}
   * says otherwise.
   */
  public String queryModelFingerprint() {
    return queryModelFingerprint;
  }

  /**
   * Whether the model that answers queries is the one of the rows, so that these are its scores.
   */
  public boolean isQueryModel() {
    return modelFingerprint.equals(queryModelFingerprint);
  }

  /** What a sample of the collection tells about anchor rows. */
  public AnchorStatistics statistics() {
    return statistics;
  }

  /** What was learned on the anchors' own scores. */
  public Learned learned() {
    return learned;
  }

  /**
   * Identifies what anchor rows depend on and are compared by: queries, their order, the anchor
   * model, the encodings and the statistics. 32 hexadecimal digits.
   */
  public String fingerprint() {
    return fingerprint;
  }

  private String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      update(digest, modelFingerprint);
      for (String query : queries) {
        update(digest, query);
      }
      AnchorArrays.digest(encoding, digest);
      if (sketch != null) {
        AnchorArrays.digest(sketch, digest);
      }
      digest.update(AnchorArrays.encode(statistics));
      return HexFormat.of().formatHex(digest.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static void update(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
    digest.update(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AnchorSet that
        && fingerprint.equals(that.fingerprint)
        && queryModelFingerprint.equals(that.queryModelFingerprint);
  }

  @Override
  public int hashCode() {
    return fingerprint.hashCode();
  }

  @Override
  public String toString() {
    return "AnchorSet[" + size() + " queries, " + fingerprint + "]";
  }
}
