#pragma once

// Writes JSON text: results for machines, the run file's header, the data inside the HTML report.

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace loadgen::json {

class writer {
 public:
  writer& begin_object() { return open('{'); }
  writer& end_object() { return close('}'); }
  writer& begin_array() { return open('['); }
  writer& end_array() { return close(']'); }
  writer& key(std::string_view name);

  writer& value(std::string_view text);
  writer& value(const char* text) { return value(std::string_view(text)); }
  writer& value(const std::string& text) { return value(std::string_view(text)); }
  writer& value(bool fact) { return raw(fact ? "true" : "false"); }
  writer& value(double number);  // null when not finite
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) writer& value(Number number) { return raw(std::to_string(number)); }
  writer& null() { return raw("null"); }

  template <typename Value>
  writer& member(std::string_view name, const Value& content) {
    return key(name).value(content);
  }

  const std::string& text() const { return text_; }

 private:
  writer& open(char bracket);
  writer& close(char bracket);
  writer& raw(std::string_view text);
  void separate();

  std::string text_;
  bool first_ = true;
};

}  // namespace loadgen::json
