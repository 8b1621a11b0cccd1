package io.curlew.attention.scoring;

/**
 * What a model is given for one text.
 *
 * @param ids vocabulary ids
 * @param special for each token, whether the tokenizer added it
 * @param fullLength number of tokens before the text was cut
 */
record TokenizedText(long[] ids, boolean[] special, int fullLength) {}
