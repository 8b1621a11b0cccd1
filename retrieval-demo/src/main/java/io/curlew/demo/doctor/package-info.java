/**
 * Checks of a machine: the JDK and its flags, SIMD, native libraries, memory, disk and tools. Start
 * reading at {@link io.curlew.demo.doctor.MachineCheck}.
 */
@NullMarked
package io.curlew.demo.doctor;

import org.jspecify.annotations.NullMarked;
