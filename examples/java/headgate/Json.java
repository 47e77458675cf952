package headgate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the gateway's answers: objects as maps, arrays as lists, strings, numbers as doubles, truth values, null. Not a general parser:
 * what it reads is valid JSON, or it throws IllegalArgumentException. */
final class Json {
  private static final int DEPTH_MAX = 100;
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  static Object read(String text) {
    Json in = new Json(text);
    try {
      Object value = in.value(0);
      in.skipSpace();
      if (in.at == text.length()) return value;
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("no JSON: it ends early", e);
    }
    throw new IllegalArgumentException("no JSON: something follows it");
  }

  private Object value(int depth) {
    if (depth > DEPTH_MAX) throw new IllegalArgumentException("too deep");
    skipSpace();
    return switch (text.charAt(at)) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, Object> object(int depth) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (at++; !take('}'); take(',')) {
      String name = string();
      if (!take(':')) throw new IllegalArgumentException("a member without its value");
      members.put(name, value(depth + 1));
    }
    return members;
  }

  private List<Object> array(int depth) {
    List<Object> elements = new ArrayList<>();
    for (at++; !take(']'); take(',')) elements.add(value(depth + 1));
    return elements;
  }

  private String string() {
    skipSpace();
    if (text.charAt(at++) != '"') throw new IllegalArgumentException("a string is missing");
    StringBuilder to = new StringBuilder();
    while (text.charAt(at) != '"') to.append(text.charAt(at) == '\\' ? escaped() : text.charAt(at++));
    at++;
    return to.toString();
  }

  private char escaped() {
    at += 2;
    char what = text.charAt(at - 1);
    if (what != 'u') return "\"\\/bfnrt".indexOf(what) < 3 ? what : "\b\f\n\r\t".charAt("bfnrt".indexOf(what));
    at += 4;
    return (char) Integer.parseInt(text.substring(at - 4, at), 16);
  }

  private Object word(String word, Object meant) {
    if (!text.startsWith(word, at)) throw new IllegalArgumentException("an unknown word");
    at += word.length();
    return meant;
  }

  private Double number() {
    int from = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
    return Double.valueOf(text.substring(from, at));
  }

  private boolean take(char c) {
    skipSpace();
    if (text.charAt(at) != c) return false;
    at++;
    return true;
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
  }
}
