package io.curlew.lucene;

import io.curlew.cur.anchor.IncompatibleIndexException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Brings an index with other anchors up to date with a live one: the rebuild that keeps serving.
 *
 * <p>The old index serves and changes while the new one is filled. Run it, run it again for what
 * changed meanwhile, which takes little, and then let searches use the new one. Documents whose
 * text is in the target already cost no model call; those gone from the source are deleted.
 */
public final class CurIndexCopy {

  private CurIndexCopy() {}

  /**
   * What a run changed.
   *
   * @param added documents that were new or had another text
   * @param deleted documents that are gone from the source
   * @param kept documents that were there already
   */
  public record Changes(long added, long deleted, long kept) {}

  /**
   * Copies what has changed, and commits.
   *
   * @param source the live index; ids and texts are stored in the fields of the schema
   * @param target a writer of the new index, with its anchors and model
   * @param maker makes the document of the new index out of the stored fields of the old one; it
   *     has the id as a term and stored, and the text stored
   */
  public static Changes run(
      IndexReader source,
      CurSchema schema,
      AnchorRowWriter target,
      Function<Document, ? extends Iterable<? extends IndexableField>> maker)
      throws IOException {
    target.commit(Map.of());
    Set<String> alive = new HashSet<>();
    long added = 0;
    long kept = 0;
    long deleted = 0;
    try (DirectoryReader before = DirectoryReader.open(target.indexWriter())) {
      StoredFields stored = source.storedFields();
      for (LeafReaderContext leaf : source.leaves()) {
        Bits live = leaf.reader().getLiveDocs();
        for (int d = 0; d < leaf.reader().maxDoc(); d++) {
          if (live != null && !live.get(d)) {
            continue;
          }
          Document document = stored.document(leaf.docBase + d);
          String id = required(document, schema.requireId());
          String text = required(document, schema.text());
          alive.add(id);
          if (text.equals(text(before, schema, id))) {
            kept++;
            continue;
          }
          added++;
          target.update(new Term(schema.requireId(), id), maker.apply(document), text);
        }
      }
      deleted = deleteOthers(before, schema, alive, target);
    }
    target.commit(Map.of());
    return new Changes(added, deleted, kept);
  }

  private static String required(Document stored, String field) throws IncompatibleIndexException {
    String value = stored.get(field);
    if (value == null) {
      throw new IncompatibleIndexException(
          "every document must have a stored field \"" + field + '"');
    }
    return value;
  }

  /** The text of a live document, or null. */
  private static @Nullable String text(IndexReader reader, CurSchema schema, String id)
      throws IOException {
    for (LeafReaderContext leaf : reader.leaves()) {
      Terms terms = leaf.reader().terms(schema.requireId());
      if (terms == null) {
        continue;
      }
      TermsEnum term = terms.iterator();
      if (!term.seekExact(new BytesRef(id))) {
        continue;
      }
      PostingsEnum postings = term.postings(null, PostingsEnum.NONE);
      Bits live = leaf.reader().getLiveDocs();
      for (int d = postings.nextDoc(); d != DocIdSetIterator.NO_MORE_DOCS; d = postings.nextDoc()) {
        if (live == null || live.get(d)) {
          return leaf.reader().storedFields().document(d, Set.of(schema.text())).get(schema.text());
        }
      }
    }
    return null;
  }

  private static long deleteOthers(
      IndexReader reader, CurSchema schema, Set<String> alive, AnchorRowWriter target)
      throws IOException {
    long deleted = 0;
    StoredFields stored = reader.storedFields();
    for (LeafReaderContext leaf : reader.leaves()) {
      Bits live = leaf.reader().getLiveDocs();
      for (int d = 0; d < leaf.reader().maxDoc(); d++) {
        if (live == null || live.get(d)) {
          String id =
              required(
                  stored.document(leaf.docBase + d, Set.of(schema.requireId())),
                  schema.requireId());
          if (!alive.contains(id)) {
            target.delete(new Term(schema.requireId(), id));
            deleted++;
          }
        }
      }
    }
    return deleted;
  }
}
