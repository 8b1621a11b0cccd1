/**
 * Files that are whole or absent, whatever happens while they are written: {@link
 * io.curlew.file.DurableFile}. For the modules of this project; depends on nothing.
 */
@NullMarked
package io.curlew.file;

import org.jspecify.annotations.NullMarked;
