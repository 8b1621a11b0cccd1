/**
 * A re-ranker behind an HTTP address as an interaction model, in the formats of Cohere, Jina and
 * text-embeddings-inference.
 *
 * <p>Start reading at {@link io.curlew.attention.remote.RemoteModel}. Of the rest of the project
 * this package knows {@code io.curlew.cur.model} only; it needs no DJL. Anything may depend on it.
 */
@NullMarked
package io.curlew.attention.remote;

import org.jspecify.annotations.NullMarked;
