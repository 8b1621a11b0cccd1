/**
 * What is said to whoever runs a command: progress, and that input is bad. Every other package of
 * the demo may depend on it, it depends on none. Start reading at {@link
 * io.curlew.demo.console.Progress}.
 */
@NullMarked
package io.curlew.demo.console;

import org.jspecify.annotations.NullMarked;
