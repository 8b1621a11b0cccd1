/** Models for the tests of engines, compiled into each of them. */
@NullMarked
package io.curlew.testing.models;

import org.jspecify.annotations.NullMarked;
