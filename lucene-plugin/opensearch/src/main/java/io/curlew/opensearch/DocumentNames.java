package io.curlew.opensearch;

import io.curlew.lucene.rows.DocumentIds;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;
import org.opensearch.index.mapper.IdFieldMapper;
import org.opensearch.index.mapper.Uid;

/**
 * What a search over several shards calls their documents: by their ids, and if there are several
 * indices by {@code INDEX/ID}, since each has ids of its own.
 *
 * @param index of the documents
 * @param qualified whether the index is named
 */
record DocumentNames(String index, boolean qualified) implements DocumentIds.Format {

  @Override
  public String ofDocValue(BytesRef value) {
    return name(value.utf8ToString());
  }

  /** The name of an id. */
  String name(String id) {
    return qualified ? index + '/' + id : id;
  }

  /** The id of a name, or null if it is of another index. */
  @Nullable String id(String name) {
    if (!qualified) {
      return name;
    }
    return name.startsWith(index + '/') ? name.substring(index.length() + 1) : null;
  }

  /** The names of documents. */
  DocumentIds of(IndexReader reader, String field) {
    return new DocumentIds(reader, AnchorRowFieldMapper.ids(field), this);
  }

  /** The live documents of names that have a row, in the order given; -1 where there is none. */
  int[] documents(IndexReader reader, String field, List<String> names) throws IOException {
    int[] documents = new int[names.size()];
    Arrays.fill(documents, -1);
    for (LeafReaderContext leaf : reader.leaves()) {
      Terms terms = leaf.reader().terms(IdFieldMapper.NAME);
      BinaryDocValues rows = leaf.reader().getBinaryDocValues(AnchorRowFieldMapper.ids(field));
      if (terms == null || rows == null) {
        continue;
      }
      TermsEnum find = terms.iterator();
      PostingsEnum postings = null;
      Bits live = leaf.reader().getLiveDocs();
      for (int i = 0; i < documents.length; i++) {
        String id = documents[i] < 0 ? id(names.get(i)) : null;
        if (id != null && find.seekExact(Uid.encodeId(id))) {
          postings = find.postings(postings, PostingsEnum.NONE);
          int document = live(postings, live, leaf, field);
          documents[i] = document < 0 ? -1 : leaf.docBase + document;
        }
      }
    }
    return documents;
  }

  /** Documents nested in one have its id too, but no row. */
  private static int live(
      PostingsEnum postings, @Nullable Bits live, LeafReaderContext leaf, String field)
      throws IOException {
    for (int document = postings.nextDoc();
        document != DocIdSetIterator.NO_MORE_DOCS;
        document = postings.nextDoc()) {
      if (live == null || live.get(document)) {
        BinaryDocValues rows = leaf.reader().getBinaryDocValues(AnchorRowFieldMapper.ids(field));
        if (rows != null && rows.advanceExact(document)) {
          return document;
        }
      }
    }
    return -1;
  }
}
