package io.curlew.cur.anchor;

import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelScores;
import io.curlew.quantize.BitAllocation;
import io.curlew.quantize.ProductQuantizer;
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

  /** Of the random codes that the training of a quantiser begins with: any is as good. */
  private static final long SEED = 0;

  private final List<String> queries;
  private final String modelFingerprint;
  private final String queryModelFingerprint;
  private final @Nullable AnchorProjection projection;
  private final @Nullable ProductQuantizer quantizer;
  private final AnchorStatistics statistics;
  private final String fingerprint;

  AnchorSet(
      List<String> queries,
      String modelFingerprint,
      String queryModelFingerprint,
      @Nullable AnchorProjection projection,
      @Nullable ProductQuantizer quantizer,
      AnchorStatistics statistics) {
    checkQueries(queries);
    int dimension = projection == null ? queries.size() : projection.dimensions();
    if (statistics.size() != dimension) {
      throw new IllegalArgumentException(
          "statistics must be of " + dimension + " dimensions, got: " + statistics.size());
    }
    this.projection = projection;
    this.quantizer = quantizer;
    this.queries = List.copyOf(queries);
    this.modelFingerprint = modelFingerprint;
    this.queryModelFingerprint = queryModelFingerprint;
    this.statistics = statistics;
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
   * Makes an anchor set from scores that are known.
   *
   * @param queries as for {@link #create}
   * @param modelFingerprint of the model that gave the scores
   * @param sampleRows the anchor rows of some documents, {@code [documents][queries]}
   */
  public static AnchorSet of(List<String> queries, String modelFingerprint, float[][] sampleRows) {
    checkQueries(queries);
    if (sampleRows.length == 0) {
      throw new IllegalArgumentException("sample must hold at least 1 document, got: 0");
    }
    return new AnchorSet(
        queries, modelFingerprint, modelFingerprint, null, null, AnchorStatistics.of(sampleRows));
  }

  /**
   * Makes an anchor set whose rows are stored in fewer dimensions: the leading singular directions
   * of the sample. Every scan reads so much less; some recall is lost, which the README gives in
   * figures.
   *
   * @param sampleRows as for {@link #of(List, String, float[][])}, at least as many as dimensions
   * @param dimensions at least 1, at most the number of queries
   */
  public static AnchorSet of(
      List<String> queries, String modelFingerprint, float[][] sampleRows, int dimensions) {
    checkQueries(queries);
    if (sampleRows.length == 0) {
      throw new IllegalArgumentException("sample must hold at least 1 document, got: 0");
    }
    AnchorProjection projection = AnchorProjection.of(sampleRows, dimensions);
    AnchorStatistics statistics = AnchorStatistics.of(projection.apply(sampleRows));
    return new AnchorSet(queries, modelFingerprint, modelFingerprint, projection, null, statistics);
  }

  /**
   * Makes an anchor set whose rows are stored in some bytes each, with little loss of recall, which
   * the README gives in figures: turned onto the singular directions of the sample and quantised.
   *
   * <p>Takes some seconds for 400 anchors.
   *
   * @param sampleRows as for {@link #of(List, String, float[][])}, at least as many as bytes; some
   *     thousand are plenty
   * @param bytes of a row, at least 1, at most the number of queries
   */
  public static AnchorSet quantized(
      List<String> queries, String modelFingerprint, float[][] sampleRows, int bytes) {
    checkQueries(queries);
    int most = Math.min(sampleRows.length, queries.size());
    if (bytes < 1 || bytes > most) {
      throw new IllegalArgumentException(
          "bytes must be between 1 and the smaller of anchors and sample, "
              + most
              + ", got: "
              + bytes);
    }
    AnchorProjection whole = AnchorProjection.of(sampleRows, most);
    BitAllocation allocation =
        BitAllocation.of(AnchorStatistics.variances(whole.apply(sampleRows)), bytes);
    AnchorProjection projection = whole.first(allocation.dimensions());
    float[][] turned = projection.apply(sampleRows);
    return new AnchorSet(
        queries,
        modelFingerprint,
        modelFingerprint,
        projection,
        ProductQuantizer.compute(turned, allocation, SEED),
        AnchorStatistics.of(turned));
  }

  /**
   * The same anchors for queries that are answered by another model: the cheap-index mode, where
   * the anchor scores of an expensive model would cost too much. An index does not change with it.
   *
   * @param fingerprint of the model that will answer queries
   */
  public AnchorSet withQueryModel(String fingerprint) {
    return new AnchorSet(queries, modelFingerprint, fingerprint, projection, quantizer, statistics);
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

  /** The number of values that an anchor row has in the index: fewer if it is projected. */
  public int dimension() {
    return statistics.size();
  }

  /** Whether the index holds anchor rows as they are, neither projected nor quantised. */
  public boolean whole() {
    return projection == null;
  }

  /**
   * What the index holds of an anchor row, or would but for {@link #quantizer}: the row itself,
   * unless it is projected.
   */
  public float[] stored(float[] row) {
    if (row.length != size()) {
      throw new IllegalArgumentException(
          "anchor row must have " + size() + " scores, got: " + row.length);
    }
    return projection == null ? row : projection.apply(row);
  }

  /**
   * An anchor row from what the index holds of it, or weights of anchors from weights of that: as
   * near as the dimensions allow.
   */
  public float[] unprojected(float[] stored) {
    return projection == null ? stored : projection.back(stored);
  }

  /** The weights that make the mean anchor score of what the index holds of a row. */
  public float[] averaging() {
    float[] mean = new float[size()];
    Arrays.fill(mean, 1f / mean.length);
    return stored(mean);
  }

  /** What turns {@link #stored} values into the bytes that the index holds, or null. */
  public @Nullable ProductQuantizer quantizer() {
    return quantizer;
  }

  @Nullable AnchorProjection projection() {
    return projection;
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

  /** What a sample of the collection tells about anchor rows. */
  public AnchorStatistics statistics() {
    return statistics;
  }

  /**
   * Identifies what anchor rows depend on and are compared by: queries, their order, the anchor
   * model, the projection, the quantiser and the statistics. 32 hexadecimal digits.
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
      if (projection != null) {
        digest.update(AnchorArrays.encode(projection));
      }
      if (quantizer != null) {
        digest.update(quantizer.toBytes());
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
