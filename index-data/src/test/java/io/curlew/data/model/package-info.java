/** Tests of the data sets, judgements, runs and measures; trec_eval itself is the oracle. */
@NullMarked
package io.curlew.data.model;

import org.jspecify.annotations.NullMarked;
