/**
 * What is learned on the anchor queries once all documents have their rows. Their scores are known,
 * so they are training queries that cost no further call: {@link
 * io.curlew.cur.learn.AnchorLearning} begins.
 *
 * <p>Where another model than the anchors' answers queries, {@link
 * io.curlew.cur.learn.CallLearning} learns from a fixed number of its calls.
 *
 * <p>Anchors are features and targets here: whatever is said of queries that were not seen is
 * measured on anchors held out. Depends on {@code io.curlew.cur}; the search does not depend on it.
 */
@NullMarked
package io.curlew.cur.learn;

import org.jspecify.annotations.NullMarked;
