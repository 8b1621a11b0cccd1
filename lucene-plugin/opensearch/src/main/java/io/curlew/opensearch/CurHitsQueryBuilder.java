package io.curlew.opensearch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.Rewriteable;

/** What a {@link CurQueryBuilder} becomes: its hits, which every shard looks up. Not for users. */
final class CurHitsQueryBuilder extends AbstractQueryBuilder<CurHitsQueryBuilder> {

  static final String NAME = "curlew_hits";

  private final CurFound found;

  CurHitsQueryBuilder(CurFound found) {
    this.found = found;
  }

  CurHitsQueryBuilder(StreamInput in) throws IOException {
    super(in);
    this.found = new CurFound(in);
  }

  /** Users name searches, not hits. */
  static CurHitsQueryBuilder fromXContent(XContentParser parser) {
    throw new ParsingException(
        parser.getTokenLocation(), "query must be " + CurQueryBuilder.NAME + ", got: " + NAME);
  }

  @Override
  protected void doWriteTo(StreamOutput out) throws IOException {
    found.writeTo(out);
  }

  @Override
  protected void doXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject(NAME);
    builder.field("search", found.search().name());
    builder.startArray("hits");
    for (CurFound.Found hit : found.hits()) {
      builder.value(hit.id());
    }
    builder.endArray();
    printBoostAndQueryName(builder);
    builder.endObject();
  }

  @Override
  protected Query doToQuery(QueryShardContext context) throws IOException {
    CurSearch search = found.search();
    if (!(context.fieldMapper(search.field()) instanceof AnchorRowFieldMapper.Type type)) {
      return new MatchNoDocsQuery("no field " + search.field());
    }
    List<Query> shown = new ArrayList<>();
    for (QueryBuilder feature : search.features().values()) {
      shown.add(Rewriteable.rewrite(feature, context, true).toQuery(context));
    }
    return new ShardHitsQuery(found, context.index().getName(), type, shown);
  }

  @Override
  protected boolean doEquals(CurHitsQueryBuilder other) {
    return found.equals(other.found);
  }

  @Override
  protected int doHashCode() {
    return found.hashCode();
  }

  @Override
  public String getWriteableName() {
    return NAME;
  }
}
