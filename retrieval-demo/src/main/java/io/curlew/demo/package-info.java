/**
 * The command line, the evaluation and the report; ties the other modules together. Start reading
 * at {@link io.curlew.demo.Curlew}. Only this package prints.
 */
@NullMarked
package io.curlew.demo;

import org.jspecify.annotations.NullMarked;
