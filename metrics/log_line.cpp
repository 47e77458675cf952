// Writes a line of the log: format_line() of log.h, and nothing else.
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>

#include "metrics/log.h"

namespace metrics {
namespace {

constexpr std::array<std::string_view, 4> level_names = {"debug", "info", "warning", "error"};

/// Control characters, and with `quotes` what would end or change a quoted text.
void append_escaped(std::string& to, std::string_view text, bool quotes) {
  constexpr std::string_view hex = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (quotes && (c == '"' || c == '\\')) {
      to.append({'\\', c});
    } else if (c == '\n') {
      to.append("\\n");
    } else if (byte < 0x20 || byte == 0x7f) {
      to.append("\\u00").append({hex[byte >> 4], hex[byte & 15]});
    } else {
      to.push_back(c);
    }
  }
}

/// The length of the well-formed UTF-8 sequence at the front; 0 if there is none.
std::size_t utf8_length(std::string_view text) noexcept {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto tail = [&](std::size_t i) { return (at(i) & 0xc0U) == 0x80U; };
  if (at(0) < 0x80) return text.empty() ? 0 : 1;
  if (at(0) >= 0xc2 && at(0) <= 0xdf) return tail(1) ? 2 : 0;
  if (at(0) >= 0xe0 && at(0) <= 0xef) {
    if ((at(0) == 0xe0 && at(1) < 0xa0) || (at(0) == 0xed && at(1) > 0x9f)) return 0;
    return tail(1) && tail(2) ? 3 : 0;
  }
  if (at(0) >= 0xf0 && at(0) <= 0xf4) {
    if ((at(0) == 0xf0 && at(1) < 0x90) || (at(0) == 0xf4 && at(1) > 0x8f)) return 0;
    return tail(1) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

/// Bytes that are no UTF-8 become U+FFFD, so that a line is always a JSON text and always printable.
std::string sane(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t n = utf8_length(text);
    if (n == 0) {
      out.append("\xef\xbf\xbd");
    } else {
      out.append(text.substr(0, n));
    }
    text.remove_prefix(n == 0 ? 1 : n);
  }
  return out;
}

void append_quoted(std::string& to, std::string_view text) {
  to.push_back('"');
  append_escaped(to, sane(text), true);
  to.push_back('"');
}

bool plain(std::string_view text) noexcept {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 0x7f || c == '"' || c == '=' || c == '\\') return false;
  }
  return !text.empty();
}

template <typename Number>
void append_number(std::string& to, Number number) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  to.append(digits.data(), end);
}

void append_time(std::string& to, std::int64_t unix_us) {
  const std::time_t seconds = unix_us / 1'000'000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 40> text;
  const std::size_t n = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.", &utc);
  to.append(text.data(), n);
  const std::string fraction = std::to_string(1'000'000 + unix_us % 1'000'000);
  to.append(fraction, 1, 6).push_back('Z');
}

}  // namespace

std::string_view to_string(log_level level) noexcept { return level_names[static_cast<std::size_t>(level)]; }

std::optional<log_level> parse_log_level(std::string_view name) noexcept {
  for (std::size_t i = 0; i < level_names.size(); ++i)
    if (level_names[i] == name) return static_cast<log_level>(i);
  return std::nullopt;
}

void field::append_text(std::string& to) const {
  if (const auto* text = std::get_if<std::string_view>(&value_); text && plain(*text)) {
    to.append(*text);
  } else {
    append_json(to);
  }
}

void field::append_json(std::string& to) const {
  if (const auto* text = std::get_if<std::string_view>(&value_)) return append_quoted(to, *text);
  if (const auto* truth = std::get_if<bool>(&value_)) return static_cast<void>(to.append(*truth ? "true" : "false"));
  if (const auto* number = std::get_if<std::int64_t>(&value_)) return append_number(to, *number);
  if (const auto* number = std::get_if<std::uint64_t>(&value_)) return append_number(to, *number);
  const double number = std::get<double>(value_);
  if (!std::isfinite(number)) return static_cast<void>(to.append("null"));
  append_number(to, number);
}

std::string format_line(log_format as, std::int64_t unix_us, log_level level, std::string_view event,
                        std::string_view message, fields list) {
  std::string line;
  line.reserve(192);
  if (as == log_format::json) {
    line.append(R"({"ts":")");
    append_time(line, unix_us);
    line.append(R"(","level":")").append(to_string(level)).append(R"(","event":")").append(event);
    line.append(R"(","message":)");
    append_quoted(line, message);
    for (const field& f : list) {
      line.push_back(',');
      append_quoted(line, f.name());
      line.push_back(':');
      f.append_json(line);
    }
    line.push_back('}');
    return line;
  }
  append_time(line, unix_us);
  line.append(" ").append(to_string(level)).append(" ").append(event).append(": ");
  append_escaped(line, sane(message), false);
  for (const field& f : list) {
    line.append(" ").append(f.name()).append("=");
    f.append_text(line);
  }
  return line;
}

}  // namespace metrics
