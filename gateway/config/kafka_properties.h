// librdkafka's properties under `kafka.properties`: which are refused because they would break a promise or contradict
// an option of ours, and which hold secrets. Everything else goes to librdkafka as written.
#pragma once

#include <cstdint>
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

/// The meaning of a property for the choice of the publisher (kafka.publisher: auto).
enum class property_class : std::uint8_t {
  honoured,          // by the direct publisher as by librdkafka
  elsewhere,         // about metadata, lag or diagnosis, which stay with librdkafka: nothing in how records are written
  needs_librdkafka,  // as the publisher
};

struct known_property {
  std::string_view name;
  std::string_view values;  // separated by blanks, in any case; empty: all. With any other one it needs librdkafka
  property_class of;
};

/// Those that do not need librdkafka; any other one does.
[[nodiscard]] std::span<const known_property> known_properties() noexcept;
[[nodiscard]] property_class class_of(std::string_view property, std::string_view value) noexcept;

/// The first of these properties that only librdkafka as the publisher can honour; empty: none. `has_token_file`:
/// tokens of OAUTHBEARER come from there.
[[nodiscard]] std::string needs_librdkafka(const std::map<std::string, std::string>& properties,
                                           bool has_token_file = false);

/// Whether the value of a key must not be shown.
[[nodiscard]] bool is_secret(std::string_view key) noexcept;

}  // namespace gateway::config
