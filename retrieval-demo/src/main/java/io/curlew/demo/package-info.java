/**
 * The commands of {@code bin/curlew}: options, and what is printed. What they do is in the rooms
 * beside, which know nothing of them: {@code .index} makes and opens index directories, {@code
 * .evaluate} measures, {@code .rivals} holds the methods we are compared with, {@code .train}
 * trains, {@code .serve} serves, {@code .solr} runs a SolrCloud, {@code .opensearch} two nodes of
 * OpenSearch, {@code .doctor} looks at a machine, and {@code .console} speaks to the user. Start
 * reading at {@link io.curlew.demo.Curlew}.
 */
@NullMarked
package io.curlew.demo;

import org.jspecify.annotations.NullMarked;
