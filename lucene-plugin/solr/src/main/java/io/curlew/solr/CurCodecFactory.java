package io.curlew.solr;

import io.curlew.lucene.rows.CurFlatVectorsFormat;
import io.curlew.lucene.rows.RowFields;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.solr.core.SchemaCodecFactory;
import org.apache.solr.core.SolrCore;
import org.apache.solr.schema.SchemaField;
import org.jspecify.annotations.Nullable;

/**
 * Solr's codec, except that every {@link CurVectorField} is stored flat: Solr's own offers HNSW
 * only, whose graph costs a hundred times the indexing and is never used here. Everything else is
 * as {@link SchemaCodecFactory} has it, options included; without this factory the fields work too,
 * and build a graph.
 */
public final class CurCodecFactory extends SchemaCodecFactory {

  private @Nullable SolrCore core;
  private @Nullable Codec codec;

  static {
    // Solr makes the other formats of a plugin's class path known to Lucene, but not these.
    KnnVectorsFormat.reloadKnnVectorsFormat(CurFlatVectorsFormat.class.getClassLoader());
  }

  /** For Solr. */
  public CurCodecFactory() {}

  @Override
  public void inform(SolrCore informed) {
    super.inform(informed);
    this.core = informed;
  }

  @Override
  public synchronized Codec getCodec() {
    if (codec == null) {
      codec = flat(super.getCodec());
    }
    return codec;
  }

  private Codec flat(Codec solrs) {
    KnnVectorsFormat flat = new CurFlatVectorsFormat();
    PerFieldKnnVectorsFormat others = (PerFieldKnnVectorsFormat) solrs.knnVectorsFormat();
    KnnVectorsFormat perField =
        new PerFieldKnnVectorsFormat() {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return holdsAnchorRows(field) ? flat : others.getKnnVectorsFormatForField(field);
          }
        };
    return new FilterCodec(solrs.getName(), solrs) {
      @Override
      public KnnVectorsFormat knnVectorsFormat() {
        return perField;
      }
    };
  }

  private boolean holdsAnchorRows(String field) {
    SchemaField schemaField =
        core == null ? null : core.getLatestSchema().getFieldOrNull(RowFields.rowsOf(field));
    return schemaField != null && schemaField.getType() instanceof CurVectorField;
  }
}
