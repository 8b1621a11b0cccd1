/**
 * An OpenSearch node in a JVM of its own, for {@code curlew opensearch} and the test of the packed
 * plugin; knows OpenSearch and nothing of Curlew.
 */
@NullMarked
package io.curlew.demo.opensearch.node;

import org.jspecify.annotations.NullMarked;
