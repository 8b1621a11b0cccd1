package io.curlew.opensearch;

import io.curlew.lucene.DocumentText;
import io.curlew.lucene.rows.StoredTexts;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.BytesRef;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.index.mapper.SourceFieldMapper;

/**
 * Texts out of the sources of documents.
 *
 * @param text what the model reads of one
 */
record SourceTexts(ModelText text) implements DocumentText {

  /**
   * The texts of documents.
   *
   * @throws IllegalArgumentException if a source does not have what the model reads
   */
  @Override
  public List<String> of(IndexSearcher searcher, int[] documents) throws IOException {
    return StoredTexts.of(searcher, documents, Set.of(SourceFieldMapper.NAME), this::of);
  }

  private String of(Document stored) {
    BytesRef source = stored.getBinaryValue(SourceFieldMapper.NAME);
    String found = source == null ? "" : text.of(new BytesArray(source), null);
    if (found.isBlank()) {
      throw new IllegalArgumentException(
          "_source must be kept, with the fields that the model reads, got a document without "
              + text.fields());
    }
    return found;
  }
}
