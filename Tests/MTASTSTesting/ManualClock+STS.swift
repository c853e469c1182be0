public import MTASTS
public import TestSupport

extension ManualClock: STSClock {}
