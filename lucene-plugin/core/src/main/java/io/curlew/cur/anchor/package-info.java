/**
 * What an index is bound to. Start with {@link io.curlew.cur.anchor.AnchorSet}: the anchor queries,
 * the model that scored them, and {@link io.curlew.cur.anchor.AnchorStatistics} of a sample, in
 * whose metric documents are compared. A {@link io.curlew.cur.anchor.RowEncoding} says how rows lie
 * in the index; {@link io.curlew.cur.anchor.AnchorFile} is the file of it all, {@link
 * io.curlew.cur.anchor.AnchorSelection} chooses among candidate queries, {@link
 * io.curlew.cur.anchor.AnchorDrift} says whether new documents are still explained. A {@link
 * io.curlew.cur.anchor.LatentQuery} is a query expressed in the anchors.
 *
 * <p>{@link io.curlew.cur.anchor.Learned} is what an index has learned on the anchors' own scores,
 * kept in the same file: {@link io.curlew.cur.anchor.FeatureStatistics}, the {@link
 * io.curlew.cur.anchor.LatentMap} from query vectors to latent queries, the {@link
 * io.curlew.cur.anchor.RecallCalibration} and a {@link io.curlew.cur.anchor.RankingProfile}.
 *
 * <p>Depends on {@code io.curlew.cur.model}, for the scores of a sample, {@code io.curlew.lowrank}
 * and {@code io.curlew.quantize}; the fits, the search and the engines depend on it.
 */
@NullMarked
package io.curlew.cur.anchor;

import org.jspecify.annotations.NullMarked;
