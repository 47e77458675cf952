package headgate;

import java.util.List;

/** The results of all events of one send(). */
public record Report(int events, List<Failure> failures, int attempts) {
  public boolean allStored() {
    return failures.isEmpty();
  }
}
