package io.curlew.lucene;

import io.curlew.cur.ModelCalls;
import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.search.IndexSearcher;

/**
 * Where exact scores of an index's documents come from: a model that reads their texts, or what an
 * index stores in place of them. A budget counts its documents.
 */
public interface DocumentScorer {

  /** The fingerprint of the model whose scores these are. */
  String fingerprint();

  /**
   * The scores of documents of a searcher for one query.
   *
   * @throws io.curlew.cur.anchor.IncompatibleIndexException if the index does not hold what is
   *     needed
   */
  ModelCalls of(IndexSearcher searcher, String query) throws IOException;

  /** By a model that reads texts. Equal ones have the same texts, and models of one fingerprint. */
  static DocumentScorer of(DocumentText text, InteractionModel model) {
    return new OfTexts(text, model);
  }

  /**
   * By a model that reads texts.
   *
   * @param text that it reads
   * @param model is not closed by this
   */
  record OfTexts(DocumentText text, InteractionModel model) implements DocumentScorer {

    @Override
    public String fingerprint() {
      return model.fingerprint();
    }

    @Override
    public ModelCalls of(IndexSearcher searcher, String query) {
      return ModelCalls.byTexts(documents -> text.of(searcher, documents), model, query);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof OfTexts that
          && text.equals(that.text)
          && fingerprint().equals(that.fingerprint());
    }

    @Override
    public int hashCode() {
      return Objects.hash(text, fingerprint());
    }
  }
}
