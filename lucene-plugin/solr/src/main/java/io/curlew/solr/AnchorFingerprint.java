package io.curlew.solr;

import io.curlew.cur.anchor.AnchorSet;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;

/**
 * The fingerprint of the anchor set in every segment that holds anchor rows: in the <em>key</em> of
 * a field attribute, of which a merge keeps all, where of values it keeps one.
 */
final class AnchorFingerprint {

  private static final String KEY_PREFIX = "curlew.anchors.";

  private AnchorFingerprint() {}

  static void mark(FieldType type, AnchorSet anchors) {
    type.putAttribute(KEY_PREFIX + anchors.fingerprint(), "");
  }

  /**
   * Checks that every segment holds rows of this anchor set and no other.
   *
   * @throws SolrException with status 409, naming both fingerprints, if one does not
   */
  static void check(IndexReader reader, String field, AnchorSet anchors) {
    for (LeafReaderContext leaf : reader.leaves()) {
      FieldInfo info = leaf.reader().getFieldInfos().fieldInfo(field);
      if (info == null || !info.hasVectorValues()) {
        continue;
      }
      Set<String> found = new TreeSet<>();
      for (String key : info.attributes().keySet()) {
        if (key.startsWith(KEY_PREFIX)) {
          found.add(key.substring(KEY_PREFIX.length()));
        }
      }
      if (!found.equals(Set.of(anchors.fingerprint()))) {
        throw new SolrException(
            ErrorCode.CONFLICT,
            "field \""
                + field
                + "\" must hold rows of the anchor set "
                + anchors.fingerprint()
                + ", got: "
                + found
                + "; documents must be indexed again after a change of anchors");
      }
    }
  }
}
