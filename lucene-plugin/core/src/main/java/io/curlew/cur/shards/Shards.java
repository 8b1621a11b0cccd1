package io.curlew.cur.shards;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Carries messages to the shards of a search and back: all that an engine has to bring. */
public interface Shards {

  /** The number of shards. */
  int size();

  /**
   * Asks shards, all at once, and waits for their answers. May be called on any thread, and by
   * another one while a call that nobody waits for any longer goes on.
   *
   * @param questions by shard, null for one that is not asked
   * @return by shard what {@link Shard#answer} made of the question; null for one that was not
   *     asked, and for one that is lost: a search goes on without it
   * @throws IOException if the search is not to go on, as for any other exception
   */
  List<byte @Nullable []> ask(List<byte @Nullable []> questions) throws IOException;
}
