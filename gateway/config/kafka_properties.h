// librdkafka's properties under `kafka.properties`: which are refused because they would break a promise or contradict
// an option of ours, and which hold secrets. Everything else goes to librdkafka as written.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace gateway::config {

struct refused_property {
  std::string_view name;     // the property; with `*` at its end, all that begin so
  std::string_view allowed;  // what is taken all the same: values separated by blanks, or "at least N"; empty: nothing
  std::string_view why;      // and what to write instead
};

[[nodiscard]] std::span<const refused_property> refused_properties() noexcept;

/// Why the property may not have this value; empty: it may.
[[nodiscard]] std::string refusal(std::string_view property, std::string_view value);

/// Whether the direct publisher honours the property, or it is about metadata and diagnosis alone, which stay with
/// librdkafka. Any other property needs librdkafka as the publisher (kafka.publisher).
[[nodiscard]] bool is_known_to_direct(std::string_view property, std::string_view value) noexcept;

/// The first of these properties that only librdkafka as the publisher can honour; empty: none.
[[nodiscard]] std::string needs_librdkafka(const std::map<std::string, std::string>& properties);

/// Whether the value of a key must not be shown.
[[nodiscard]] bool is_secret(std::string_view key) noexcept;

}  // namespace gateway::config
