#include "gateway/decode/checker.h"

#include "gateway/decode/text.h"

namespace gateway::decode {
namespace {

class checker {
 public:
  checker(std::string_view text, std::uint32_t depth_max) : text_(text), depth_max_(depth_max) {}

  std::optional<fault> run() {
    if (text_.starts_with("\xEF\xBB\xBF")) return fault{0, "a byte order mark; send UTF-8 without one"};
    skip_white_space();
    if (at_end()) return fault{at_, "expected a value"};
    if (value(0)) {
      skip_white_space();
      if (!at_end()) fail("expected nothing more after the value");
    }
    return std::move(found_);
  }

 private:
  [[nodiscard]] bool at_end() const noexcept { return at_ >= text_.size(); }
  [[nodiscard]] char peek() const noexcept { return at_end() ? '\0' : text_[at_]; }
  void skip_white_space() noexcept {
    while (!at_end() && is_white_space(text_[at_])) ++at_;
  }

  bool fail(std::string what) {
    if (at_end() && !found_) what += ", but the text ends";
    if (!found_) found_ = fault{at_, std::move(what)};
    return false;
  }
  /// The next byte is `c`, or else the fault is `what`.
  bool take(char c, const char* what) {
    skip_white_space();
    if (at_end() || text_[at_] != c) return fail_here(what);
    ++at_;
    return true;
  }
  /// A byte that is not UTF-8 is the first fault, whatever else was expected in its place.
  bool fail_here(const char* what) {
    if (!at_end() && utf8_length(text_.substr(at_)) == 0) return fail("not UTF-8");
    return fail(what);
  }

  bool value(std::uint32_t depth) {
    switch (peek()) {
      case '{': return deeper(depth) && object(depth + 1);
      case '[': return deeper(depth) && array(depth + 1);
      case '"': return string();
      case 't': return literal("true");
      case 'f': return literal("false");
      case 'n': return literal("null");
      default: return number();
    }
  }

  bool deeper(std::uint32_t depth) {
    if (depth < depth_max_) return true;
    return fail("nested deeper than " + std::to_string(depth_max_) + " levels");
  }

  bool object(std::uint32_t depth) {
    ++at_;
    skip_white_space();
    if (peek() == '}') return ++at_, true;
    for (;;) {
      skip_white_space();
      if (peek() != '"') return fail_here("expected a key in double quotes");
      if (!string() || !take(':', "expected ':' after a key")) return false;
      skip_white_space();
      if (!value(depth)) return false;
      skip_white_space();
      if (peek() == '}') return ++at_, true;
      if (!take(',', "expected ',' or '}' after a member")) return false;
    }
  }

  bool array(std::uint32_t depth) {
    ++at_;
    skip_white_space();
    if (peek() == ']') return ++at_, true;
    for (;;) {
      skip_white_space();
      if (!value(depth)) return false;
      skip_white_space();
      if (peek() == ']') return ++at_, true;
      if (!take(',', "expected ',' or ']' after an element")) return false;
    }
  }

  bool string() {
    ++at_;
    for (;;) {
      if (at_end()) return fail("expected '\"' at the end of a string");
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') return ++at_, true;
      if (c < 0x20) return fail("a control character in a string; escape it");
      if (c == '\\') {
        if (!escape()) return false;
        continue;
      }
      const std::size_t length = utf8_length(text_.substr(at_));
      if (length == 0) return fail("not UTF-8");
      at_ += length;
    }
  }

  bool escape() {
    if (at_ + 1 >= text_.size()) return ++at_, fail("expected a character after '\\'");
    const char kind = text_[at_ + 1];
    if (kind == 'u') return unicode_escape();
    if (std::string_view("\"\\/bfnrt").find(kind) == std::string_view::npos)
      return fail("an escape that JSON does not know; a backslash itself is written \\\\");
    at_ += 2;
    return true;
  }

  bool unicode_escape() {
    const std::string_view hex = text_.substr(at_ + 2, 4);
    if (hex.size() < 4 || hex.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos)
      return fail("expected four hex digits after \\u");
    at_ += 6;
    return true;
  }

  bool literal(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return fail_here("expected a value");
    return scalar_end(word.size());
  }

  bool number() {
    if (peek() != '-' && !is_digit(peek())) return fail_here("expected a value");
    const std::size_t length = number_length(text_.substr(at_));
    if (length == 0) return fail("not a number as JSON writes it");
    return scalar_end(length);
  }

  bool scalar_end(std::size_t length) {
    if (at_ + length < text_.size() && !ends_scalar(text_[at_ + length]))
      return fail("not a number or literal as JSON writes it");
    at_ += length;
    return true;
  }

  std::string_view text_;
  std::uint32_t depth_max_;
  std::size_t at_ = 0;
  std::optional<fault> found_;
};

}  // namespace

std::optional<fault> check(std::string_view text, std::uint32_t depth_max) { return checker(text, depth_max).run(); }

}  // namespace gateway::decode
