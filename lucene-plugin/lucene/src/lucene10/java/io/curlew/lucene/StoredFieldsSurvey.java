package io.curlew.lucene;

import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.lucene.rows.DocumentIds;
import io.curlew.lucene.rows.JoinedText;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/** Looks through an index, once, for what a copy of it needs: stored texts, and ids. */
record StoredFieldsSurvey(JoinedText text, @Nullable String id) {

  private static final int BLOCK = 1024;

  /**
   * The number of documents that have a text.
   *
   * @throws IncompatibleIndexException naming a field that is not there, not stored, or an id field
   *     that not every document has
   */
  long run(DirectoryReader reader) throws IOException {
    FieldInfos infos = FieldInfos.getMergedFieldInfos(reader);
    for (String field : text.fields()) {
      if (infos.fieldInfo(field) == null) {
        throw new IncompatibleIndexException(
            "text field must be one of the index, it is not: " + field);
      }
    }
    Set<String> missing = new HashSet<>(text.fields());
    Set<String> fields = Set.copyOf(text.fields());
    DocumentIds ids = new DocumentIds(reader, id, DocumentIds.Format.TEXT);
    int[] block = new int[BLOCK];
    int blocked = 0;
    long texts = 0;
    for (LeafReaderContext leaf : reader.leaves()) {
      FixedBitSet alive = LiveTexts.alive(leaf.reader());
      for (int d = next(alive, 0); d != DocIdSetIterator.NO_MORE_DOCS; d = next(alive, d + 1)) {
        Document stored = leaf.reader().storedFields().document(d, fields);
        texts += text.of(stored) == null ? 0 : 1;
        missing.removeIf(field -> stored.get(field) != null);
        if (id != null) {
          block[blocked++] = leaf.docBase + d;
          if (blocked == block.length) {
            ids.of(block); // or fails
            blocked = 0;
          }
        }
      }
    }
    ids.of(Arrays.copyOf(block, blocked));
    if (!missing.isEmpty()) {
      throw new IncompatibleIndexException(
          "text field must be stored, no document has a stored text of: "
              + String.join(", ", missing.stream().sorted().toList()));
    }
    return texts;
  }

  private static int next(FixedBitSet set, int from) {
    return from < set.length() ? set.nextSetBit(from) : DocIdSetIterator.NO_MORE_DOCS;
  }
}
