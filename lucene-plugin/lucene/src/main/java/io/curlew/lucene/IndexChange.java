package io.curlew.lucene;

import java.util.List;
import org.apache.lucene.document.Field;
import org.apache.lucene.index.Term;
import org.jspecify.annotations.Nullable;

/**
 * One change of an index: what goes, and what comes, at once. Documents of one change lie beside
 * each other in the index, as Lucene's block join wants it: children first, their parent last.
 *
 * @param replaced documents that have this term go, or null if none does
 * @param block the documents that come, or none
 * @param softDeletes doc values that those that go are given, which marks them as deleted; if there
 *     are none they are deleted for good
 */
public record IndexChange(
    @Nullable Term replaced, List<AnchoredDocument> block, List<Field> softDeletes) {

  /** Checks the change. */
  public IndexChange {
    block = List.copyOf(block);
    softDeletes = List.copyOf(softDeletes);
    if (replaced == null && block.isEmpty()) {
      throw new IllegalArgumentException("a change must add documents or name those that go");
    }
    if (replaced == null && !softDeletes.isEmpty()) {
      throw new IllegalArgumentException(
          "soft deletes must be of documents that go, got no term, and " + softDeletes);
    }
  }

  /** Adds a document. */
  public static IndexChange add(AnchoredDocument document) {
    return addBlock(List.of(document));
  }

  /** Adds documents beside each other. */
  public static IndexChange addBlock(List<AnchoredDocument> block) {
    return new IndexChange(null, block, List.of());
  }

  /** Puts a document in the place of those with a term. */
  public static IndexChange update(Term replaced, AnchoredDocument document) {
    return updateBlock(replaced, List.of(document));
  }

  /** Puts a block in the place of the documents with a term. */
  public static IndexChange updateBlock(Term replaced, List<AnchoredDocument> block) {
    return new IndexChange(replaced, block, List.of());
  }

  /** Puts a block in the place of documents that are marked as deleted. */
  public static IndexChange softUpdate(
      Term replaced, List<AnchoredDocument> block, Field... softDeletes) {
    return new IndexChange(replaced, block, List.of(softDeletes));
  }

  /** Deletes the documents with a term. */
  public static IndexChange delete(Term deleted) {
    return new IndexChange(deleted, List.of(), List.of());
  }
}
