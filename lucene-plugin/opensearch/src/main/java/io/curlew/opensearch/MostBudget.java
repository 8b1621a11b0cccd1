package io.curlew.opensearch;

import org.opensearch.common.settings.ClusterSettings;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;

/** The largest budget that a query may ask for: a setting of the cluster, which can be changed. */
final class MostBudget {

  static final Setting<Integer> SETTING =
      Setting.intSetting(
          "curlew.max_budget", 1000, 1, Setting.Property.NodeScope, Setting.Property.Dynamic);

  private volatile int most;

  MostBudget(Settings settings, ClusterSettings changes) {
    this.most = SETTING.get(settings);
    changes.addSettingsUpdateConsumer(SETTING, value -> most = value);
  }

  /**
   * Checks a budget.
   *
   * @throws IllegalArgumentException if it is larger
   */
  void check(int budget) {
    if (budget > most) {
      throw new IllegalArgumentException(
          "budget must be at most "
              + most
              + ", as the setting "
              + SETTING.getKey()
              + " says, got: "
              + budget);
    }
  }
}
