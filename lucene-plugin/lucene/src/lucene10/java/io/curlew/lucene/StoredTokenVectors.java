package io.curlew.lucene;

import io.curlew.cur.ModelCalls;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.model.ModelScores;
import io.curlew.cur.model.TokenVectorModel;
import io.curlew.cur.model.TokenVectorModel.EncodedQueries;
import io.curlew.cur.model.TokenVectors;
import io.curlew.lucene.rows.RowFields;
import io.curlew.lucene.rows.TokenVectorField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.search.IndexSearcher;
import org.jspecify.annotations.Nullable;

/**
 * Late interaction over token vectors that the index stores, in Lucene's {@link
 * org.apache.lucene.document.LateInteractionField}: a call encodes nothing but the query, once for
 * a search, and costs microseconds. Documents get the field, and their anchor rows of the same
 * vectors, by {@link #withRows}. Lucene 10 only.
 *
 * <p>Cost on disk: 4 bytes for each value of each token, 1.5 KB a token of 384 values. A call reads
 * and multiplies them once; both run on the searcher's executor. Scores are those of the model that
 * reads the texts, to within 1e-5.
 *
 * <p>Not for a model that reads query and document together.
 */
public final class StoredTokenVectors implements DocumentScorer {

  private static final int TEXTS = 64; // encoded together

  private final String field;
  private final TokenVectorModel model;
  private final TokenVectorField stored;

  /**
   * Token vectors in a field.
   *
   * @param model encodes queries, and documents when they are indexed; is not closed by this
   */
  public StoredTokenVectors(String field, TokenVectorModel model) {
    this.field = field;
    this.model = model;
    this.stored = new TokenVectorField(field, model.fingerprint());
  }

  /** The model's. */
  @Override
  public String fingerprint() {
    return model.fingerprint();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IncompatibleIndexException if a segment holds token vectors of another model; when
   *     documents are scored, if one has none
   */
  @Override
  public ModelCalls of(IndexSearcher searcher, String query) throws IncompatibleIndexException {
    stored.check(searcher.getIndexReader());
    Query encoded = new Query(query);
    return documents -> {
      List<TokenVectorField.Part> parts = stored.read(searcher, documents);
      return () -> score(searcher, encoded, parts, documents);
    };
  }

  private static float[] score(
      IndexSearcher searcher, Query query, List<TokenVectorField.Part> parts, int[] documents)
      throws IOException {
    EncodedQueries encoded = query.encoded();
    float[] scores = new float[documents.length];
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (TokenVectorField.Part part : parts) {
      tasks.add(
          () -> {
            float[] some = encoded.score(part.vectors())[0];
            for (int i = 0; i < some.length; i++) {
              scores[part.places()[i]] = some[i];
            }
            return true;
          });
    }
    searcher.getTaskExecutor().invokeAll(tasks);
    for (int i = 0; i < scores.length; i++) {
      if (!Float.isFinite(scores[i])) {
        throw new IllegalStateException(
            "model score must be finite, got: "
                + scores[i]
                + " for query \""
                + query.text
                + "\" and document number "
                + documents[i]);
      }
    }
    return scores;
  }

  /** Encoded when first needed: that is a call of the model. */
  private final class Query {

    private final String text;
    private @Nullable EncodedQueries encoded;

    Query(String text) {
      this.text = text;
    }

    synchronized EncodedQueries encoded() {
      EncodedQueries known = encoded;
      if (known == null) {
        known = model.encodeQueries(List.of(text));
        encoded = known;
      }
      return known;
    }
  }

  /**
   * Anchor rows and token vectors for documents that are added: each is encoded once for both.
   *
   * @param rows the name of the field of anchor rows
   * @throws IncompatibleIndexException if the anchor set is of another model
   */
  public ComputedField withRows(String rows, AnchorSet anchors) throws IncompatibleIndexException {
    ComputedField plain = ComputedField.anchorRows(rows, anchors, model);
    RowFields fields = new RowFields(rows, anchors);
    EncodedQueries queries = model.encodeQueries(anchors.queries());
    return new ComputedField() {
      @Override
      public String name() {
        return rows;
      }

      @Override
      public String fingerprint() {
        return plain.fingerprint() + " " + model.fingerprint();
      }

      @Override
      public int callsPerDocument() {
        return plain.callsPerDocument();
      }

      @Override
      public void check(IndexReader reader) throws IncompatibleIndexException {
        plain.check(reader);
        stored.check(reader);
      }

      @Override
      public List<? extends List<? extends IndexableField>> of(List<String> texts) {
        List<List<IndexableField>> all = new ArrayList<>();
        for (int from = 0; from < texts.size(); from += TEXTS) {
          List<String> some = texts.subList(from, Math.min(texts.size(), from + TEXTS));
          TokenVectors vectors = model.encode(some);
          float[][] made = ModelScores.anchorRows(queries.score(vectors), anchors.queries(), some);
          for (int d = 0; d < made.length; d++) {
            List<IndexableField> document = new ArrayList<>(fields.of(made[d]));
            document.add(stored.of(vectors, d));
            all.add(document);
          }
        }
        return all;
      }
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredTokenVectors that
        && field.equals(that.field)
        && fingerprint().equals(that.fingerprint());
  }

  @Override
  public int hashCode() {
    return Objects.hash(field, fingerprint());
  }
}
