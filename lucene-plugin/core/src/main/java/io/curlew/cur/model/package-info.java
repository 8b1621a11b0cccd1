/**
 * Models that score a query and a document jointly. Start with {@link
 * io.curlew.cur.model.InteractionModel}; {@link io.curlew.cur.model.CachedModel}, {@link
 * io.curlew.cur.model.BoundedModel} and {@link io.curlew.cur.model.PassageModel}, by {@link
 * io.curlew.cur.model.Passages}, wrap one, and an engine opens one by name through a {@link
 * io.curlew.cur.model.ModelFactory}. One that is elsewhere and cannot be asked throws a {@link
 * io.curlew.cur.model.ModelUnavailableException}. One whose documents are read apart from queries
 * is a {@link io.curlew.cur.model.TokenVectorModel}.
 *
 * <p>Depends on nothing of the project; Caffeine keeps the scores of a {@link
 * io.curlew.cur.model.ScoreCache}.
 */
@NullMarked
package io.curlew.cur.model;

import org.jspecify.annotations.NullMarked;
