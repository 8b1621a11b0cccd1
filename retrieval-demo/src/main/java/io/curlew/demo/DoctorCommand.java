package io.curlew.demo;

import io.curlew.demo.doctor.MachineCheck;
import io.curlew.demo.doctor.MachineCheck.Status;
import io.curlew.demo.doctor.NativeCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code curlew doctor}. */
@Command(
    name = "doctor",
    description =
        "Checks this machine: the JDK and its flags, SIMD, native libraries, memory, disk and"
            + " tools; one line each, with what to do. Fails if something needed is missing.",
    footer = {"", "Example:", "  curlew doctor"})
final class DoctorCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    List<MachineCheck> checks = new ArrayList<>(MachineCheck.jvm());
    checks.addAll(MachineCheck.machine());
    checks.add(NativeCheck.lateInteraction());
    checks.add(NativeCheck.pytorch());
    for (MachineCheck check : checks) {
      System.out.printf(
          Locale.ROOT, "%-5s%-22s%s%n", check.status().word(), check.subject(), check.finding());
      if (check.status() != Status.OK) {
        System.out.printf(Locale.ROOT, "%27s%s%n", "", check.advice());
      }
    }
    return checks.stream().anyMatch(check -> check.status() == Status.FAIL) ? 1 : 0;
  }
}
