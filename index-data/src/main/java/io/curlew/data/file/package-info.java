/**
 * Files as text lines and JSON lines, files inside Maven artifacts, and files that are written
 * whole or not at all.
 *
 * <p>Knows nothing of what the files hold; every other package of {@code io.curlew.data} may depend
 * on it, it depends on none. Start reading at {@link io.curlew.data.file.LineReader}. Input that
 * breaks a format is a {@link io.curlew.data.file.MalformedDataException}, which names file, line,
 * rule and value.
 */
@NullMarked
package io.curlew.data.file;

import org.jspecify.annotations.NullMarked;
