package io.curlew.opensearch;

import io.curlew.lucene.rows.DocumentIds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.IndexReader;
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
    List<@Nullable BytesRef> terms = new ArrayList<>();
    for (String name : names) {
      String id = id(name);
      terms.add(id == null ? null : Uid.encodeId(id));
    }
    // documents nested in one have its id too, but no row
    return DocumentIds.find(
        reader,
        IdFieldMapper.NAME,
        terms,
        (leaf, document) -> {
          BinaryDocValues rows = leaf.reader().getBinaryDocValues(AnchorRowFieldMapper.ids(field));
          return rows != null && rows.advanceExact(document);
        });
  }
}
