import Basics
import NIOCore

/// Time since the machine was started.
extension NIODeadline: SteadyInstant {}
