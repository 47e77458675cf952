#pragma once

// Writes JSON text: results for machines, the run file's header, the data inside the HTML report.

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace loadgen {

class json_writer {
 public:
  json_writer& begin_object() { return open('{'); }
  json_writer& end_object() { return close('}'); }
  json_writer& begin_array() { return open('['); }
  json_writer& end_array() { return close(']'); }
  json_writer& key(std::string_view name);

  json_writer& value(std::string_view text);
  json_writer& value(const char* text) { return value(std::string_view(text)); }
  json_writer& value(const std::string& text) { return value(std::string_view(text)); }
  json_writer& value(bool fact) { return raw(fact ? "true" : "false"); }
  json_writer& value(double number);  // null when not finite
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) json_writer& value(Number number) { return raw(std::to_string(number)); }
  json_writer& null() { return raw("null"); }

  template <typename Value>
  json_writer& member(std::string_view name, const Value& content) {
    return key(name).value(content);
  }

  const std::string& text() const { return text_; }

 private:
  json_writer& open(char bracket);
  json_writer& close(char bracket);
  json_writer& raw(std::string_view text);
  void separate();

  std::string text_;
  bool first_ = true;
};

}  // namespace loadgen
