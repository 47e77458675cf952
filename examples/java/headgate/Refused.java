package headgate;

/** The whole request is refused for good, and nothing of it stored. */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;
  public final int status;
  public final String code;

  Refused(int status, String code, String detail) {
    super(status + " " + code + ": " + detail);
    this.status = status;
    this.code = code;
  }
}
