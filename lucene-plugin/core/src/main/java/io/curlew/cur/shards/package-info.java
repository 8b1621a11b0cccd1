/**
 * A search over many shards with one budget and one ranking, whatever engine they are of. {@link
 * io.curlew.cur.shards.ShardedSearchSpace} is the documents of all of them on the node that is
 * asked; start there. {@link io.curlew.cur.shards.Shard} answers its questions on each shard. An
 * engine carries the bytes between the two: it implements {@link io.curlew.cur.shards.Shards}, and
 * makes a {@code Shard} of its own search space where a question arrives.
 *
 * <p>Messages begin with a version; nodes of different versions refuse each other's. Depends on
 * {@code io.curlew.cur} alone.
 */
@NullMarked
package io.curlew.cur.shards;

import org.jspecify.annotations.NullMarked;
