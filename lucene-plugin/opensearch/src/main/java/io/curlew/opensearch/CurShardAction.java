package io.curlew.opensearch;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.search.internal.AliasFilter;

/** A question of a search to one shard, and its answer; see {@link io.curlew.cur.shards.Shard}. */
final class CurShardAction extends ActionType<CurShardAction.Response> {

  static final String NAME = "indices:data/read/curlew/shard";
  static final CurShardAction INSTANCE = new CurShardAction();

  private CurShardAction() {
    super(NAME, Response::new);
  }

  /**
   * A question; an empty one says that the search has ended. Every question says all that the shard
   * has to know of the search, as each may go to another copy of the shard.
   */
  static final class Request extends ActionRequest implements IndicesRequest {

    private final ShardId shard;
    private final String searchId;
    private final CurSearch search;
    private final boolean qualified;
    private final AliasFilter alias;
    private final byte[] question;

    Request(
        ShardId shard,
        String searchId,
        CurSearch search,
        boolean qualified,
        AliasFilter alias,
        byte[] question) {
      this.shard = shard;
      this.searchId = searchId;
      this.search = search;
      this.qualified = qualified;
      this.alias = alias;
      this.question = question;
    }

    Request(StreamInput in) throws IOException {
      super(in);
      this.shard = new ShardId(in);
      this.searchId = in.readString();
      this.search = new CurSearch(in);
      this.qualified = in.readBoolean();
      this.alias = new AliasFilter(in);
      this.question = in.readByteArray();
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      super.writeTo(out);
      shard.writeTo(out);
      out.writeString(searchId);
      search.writeTo(out);
      out.writeBoolean(qualified);
      alias.writeTo(out);
      out.writeByteArray(question);
    }

    ShardId shard() {
      return shard;
    }

    /** Names the search on every node. */
    String searchId() {
      return searchId;
    }

    CurSearch search() {
      return search;
    }

    boolean qualified() {
      return qualified;
    }

    /** What an alias lets through. */
    AliasFilter alias() {
      return alias;
    }

    byte[] question() {
      return question;
    }

    @Override
    public String[] indices() {
      return new String[] {shard.getIndexName()};
    }

    @Override
    public IndicesOptions indicesOptions() {
      return IndicesOptions.strictSingleIndexNoExpandForbidClosed();
    }

    @Override
    public @Nullable ActionRequestValidationException validate() {
      return null;
    }
  }

  /** An answer. */
  static final class Response extends ActionResponse {

    private final byte[] answer;

    Response(byte[] answer) {
      this.answer = answer;
    }

    Response(StreamInput in) throws IOException {
      super(in);
      this.answer = in.readByteArray();
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      out.writeByteArray(answer);
    }

    byte[] answer() {
      return answer;
    }
  }
}
