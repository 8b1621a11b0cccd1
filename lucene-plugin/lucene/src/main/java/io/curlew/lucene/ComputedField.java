package io.curlew.lucene;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelScores;
import io.curlew.lucene.rows.RowFields;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * What {@link AnchorRowWriter} adds to documents: made of their texts, of many at a time. An index
 * may have several, such as rows of two anchor sets.
 */
public interface ComputedField {

  /** The field's name in the index. */
  String name();

  /** What its values depend on besides the texts. */
  default String fingerprint() {
    return "";
  }

  /** What each document is given, in the order of the texts. */
  List<? extends List<? extends IndexableField>> of(List<String> texts);

  /** The calls of an interaction model that a document costs. */
  default int callsPerDocument() {
    return 0;
  }

  /**
   * Checks that an index can be added to.
   *
   * @throws IncompatibleIndexException if what it holds was made otherwise
   */
  default void check(IndexReader reader) throws IncompatibleIndexException {}

  /**
   * Anchor rows: one model call per anchor query and document.
   *
   * @param model scores documents against the anchor queries: the anchor set's model
   * @throws IncompatibleIndexException if the anchor set is of another model
   */
  static ComputedField anchorRows(String name, AnchorSet anchors, InteractionModel model)
      throws IncompatibleIndexException {
    if (!model.fingerprint().equals(anchors.modelFingerprint())) {
      throw new IncompatibleIndexException(
          "model must be the one of the anchor set, "
              + anchors.modelFingerprint()
              + ", got: "
              + model.fingerprint());
    }
    RowFields fields = new RowFields(name, anchors);
    return new ComputedField() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<? extends List<? extends IndexableField>> of(List<String> texts) {
        List<List<? extends IndexableField>> all = new ArrayList<>();
        for (float[] row : ModelScores.anchorRows(model, anchors.queries(), texts)) {
          all.add(fields.of(row));
        }
        return all;
      }

      @Override
      public String fingerprint() {
        return anchors.fingerprint();
      }

      @Override
      public int callsPerDocument() {
        return anchors.size();
      }

      @Override
      public void check(IndexReader reader) throws IncompatibleIndexException {
        RowFields.check(reader, name, anchors);
      }
    };
  }

  /** Dense vectors, compared by their dot product. */
  static ComputedField vectors(String name, TextEmbedder embedder) {
    return new ComputedField() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<? extends List<? extends IndexableField>> of(List<String> texts) {
        List<List<? extends IndexableField>> all = new ArrayList<>();
        for (float[] vector : embedder.embed(texts)) {
          all.add(
              List.of(new KnnFloatVectorField(name, vector, VectorSimilarityFunction.DOT_PRODUCT)));
        }
        return all;
      }
    };
  }
}
