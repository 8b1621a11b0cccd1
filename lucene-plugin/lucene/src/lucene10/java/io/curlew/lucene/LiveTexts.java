package io.curlew.lucene;

import io.curlew.lucene.rows.JoinedText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/** The texts of a segment's documents; those that are deleted, also softly, have none. */
final class LiveTexts implements Iterator<IndexChange> {

  private final FixedBitSet alive;
  private final StoredFields stored;
  private final JoinedText text;
  private final Set<String> fields;
  private final int documents;
  private int document;

  LiveTexts(LeafReader segment, JoinedText text) throws IOException {
    this.alive = alive(segment);
    this.stored = segment.storedFields();
    this.text = text;
    this.fields = new HashSet<>(text.fields());
    this.documents = segment.maxDoc();
  }

  /** Documents that are neither deleted nor marked as deleted. */
  static FixedBitSet alive(LeafReader segment) throws IOException {
    FixedBitSet alive = new FixedBitSet(Math.max(1, segment.maxDoc()));
    Bits live = segment.getLiveDocs();
    for (int d = 0; d < segment.maxDoc(); d++) {
      if (live == null || live.get(d)) {
        alive.set(d);
      }
    }
    String soft = segment.getFieldInfos().getSoftDeletesField();
    DocIdSetIterator marked =
        soft == null ? null : FieldExistsQuery.getDocValuesDocIdSetIterator(soft, segment);
    if (marked != null) {
      for (int d = marked.nextDoc(); d != DocIdSetIterator.NO_MORE_DOCS; d = marked.nextDoc()) {
        alive.clear(d);
      }
    }
    return alive;
  }

  /** All such documents of an index, in random order. */
  static int[] shuffled(IndexReader reader, long seed) throws IOException {
    List<Integer> documents = new ArrayList<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      FixedBitSet alive = alive(leaf.reader());
      for (int d = 0; d < leaf.reader().maxDoc(); d++) {
        if (alive.get(d)) {
          documents.add(leaf.docBase + d);
        }
      }
    }
    Collections.shuffle(documents, new Random(seed));
    return documents.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public boolean hasNext() {
    return document < documents;
  }

  @Override
  public IndexChange next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      return IndexChange.add(new AnchoredDocument(List.of(), text(document++)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable String text(int d) throws IOException {
    return alive.get(d) ? text.of(stored.document(d, fields)) : null;
  }
}
