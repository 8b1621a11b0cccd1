/** Tests of the data sets, judgements, runs and measures; trec_eval itself is the oracle. */
@NullMarked
package io.curlew.data.file;

import org.jspecify.annotations.NullMarked;
