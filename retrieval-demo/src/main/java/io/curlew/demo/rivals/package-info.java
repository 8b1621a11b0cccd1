/**
 * Published methods that ours is compared with, on the same index and at the same calls: anchor CUR
 * with chosen documents and as published, least squares on dense vectors and on factors of a sparse
 * matrix of scores, fixed-dimensional encodings of token vectors and learned ones, lists merged in
 * other ways, neighbours of well-scored documents, a Gaussian process on dense vectors, relevance
 * feedback. Those that ask the index beside the search look at all its documents, whatever a
 * search's filter.
 *
 * <p>Depends on {@code io.curlew.demo.index}; only the evaluation may depend on it. Start reading
 * at {@link io.curlew.demo.rivals.RoundSearch}.
 */
@NullMarked
package io.curlew.demo.rivals;

import org.jspecify.annotations.NullMarked;
