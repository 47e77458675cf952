// The CloudEvents specification's (1.0.2) rules for context attributes: names, types, formats. Pure; used by the
// readers of all three content modes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batching/outcome.h"

namespace gateway::api::cloudevents {

struct attribute {
  std::string_view name;  // in lower case
  std::string_view value;
  enum class kind : std::uint8_t { text, number, truth } is = kind::text;  // as the envelope has it
};

/// The context attributes of one event, in the order they came.
class attributes {
 public:
  static constexpr std::size_t max = 64;
  static constexpr std::size_t name_bytes_max = 64;

  void clear() noexcept {
    all_.clear();
    why_ = batching::reason::none;
  }
  /// Returns what is wrong with the attribute by itself; empty: nothing, it is kept.
  [[nodiscard]] std::string add(const attribute& a);
  /// Returns what is wrong with them together; empty: nothing.
  [[nodiscard]] std::string check();
  /// The reason beside what add() or check() said was wrong.
  [[nodiscard]] batching::reason why() const noexcept { return why_; }
  [[nodiscard]] const std::vector<attribute>& all() const noexcept { return all_; }
  /// data() is nullptr where there is none.
  [[nodiscard]] std::string_view find(std::string_view name) const noexcept;

 private:
  std::vector<attribute> all_;
  batching::reason why_ = batching::reason::none;
};

/// The value of a ce- field: quotes undone first, then one round of percent-decoding. nullopt: it is not UTF-8 then, or
/// a quote is left open.
[[nodiscard]] std::optional<std::string> from_field(std::string_view raw);

/// Its data can stand in a JSON envelope as it is.
[[nodiscard]] bool is_json_type(std::string_view media_type) noexcept;
[[nodiscard]] bool is_text_type(std::string_view media_type) noexcept;

}  // namespace gateway::api::cloudevents
