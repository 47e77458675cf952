// The user's configuration, each value with where it was written; only the names of keys are checked yet. load()
// makes one, finalize() turns it into settings or names everything that is wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::config {

/// The place a value comes from. An enumerator further down in `source` wins over one above it.
struct origin {
  enum class source : std::uint8_t { unwritten, file, command_line };
  source from = source::unwritten;
  std::string name;         // the file, or the flag
  int line = 0;             // in the file; from 1
  std::string environment;  // the variable a part of it was taken from

  /// "default", "headgate.yaml:12", "--http", "headgate.yaml:12, environment SECRET"
  [[nodiscard]] std::string text() const;
};

/// Permanent names of what can be wrong.
enum class errc : std::uint8_t {
  unreadable_file,    // not there, not allowed, too large
  not_yaml,           // the parser gave up
  unknown_key,        // no such option
  duplicate_key,      // written twice by the same source
  wrong_type,         // a list where one value belongs, a value where a section belongs
  invalid_value,      // not what the option takes
  out_of_bounds,      // a value beyond the option's bounds
  contradiction,      // two values that cannot both hold
  missing,            // needed and not written
  refused_property,   // a librdkafka property that would break a promise
  unset_environment,  // ${env:NAME} of a variable that is not set
};
[[nodiscard]] std::string_view name(errc code) noexcept;

struct config_error {
  errc code;
  std::string path;  // limits.body_bytes_max; empty: the file as a whole
  origin from;
  std::string message;  // what is wrong and what to change

  /// One line: "headgate.yaml:12: limits.body_bytes_max: ..."
  [[nodiscard]] std::string text() const;
};

/// A value as written: exactly one text, or a list of any number of them.
struct written {
  std::vector<std::string> items;
  bool is_list = false;
  origin from;
  bool is_map = false;  // items: name, value, name, value, ..
};

using written_values = std::map<std::string, written, std::less<>>;

/// One entry of `topics`, or `topic_defaults`. Keys are relative: `ack`.
struct topic_draft {
  origin from;
  written_values values;
};

/// One entry of `routes`.
struct route_draft {
  origin from;
  written types;
  std::string topic;
};

/// One entry of `tenants`. Keys are relative: `quota.events`.
struct tenant_draft {
  std::string name;
  origin from;
  written_values values;
};

/// `auth`, which also says something where nothing stands in it. Keys are relative: `jwt.issuer`.
struct auth_draft {
  origin from;  // unwritten: there is no such section
  written_values values;
};

struct draft {
  written_values values;      // by full path: `limits.body_bytes_max`
  written_values properties;  // librdkafka's, by their own names
  topic_draft topic_defaults;
  std::vector<topic_draft> topics;
  std::vector<route_draft> routes;
  auth_draft auth;
  std::vector<tenant_draft> tenants;
  std::vector<config_error> errors;

  /// Adds a value, or an error where the key is unknown or the same source said something else. A stronger source wins.
  void put(std::string_view path, written value);
  /// The same for a key of `topic`.
  void put(topic_draft& topic, std::string_view key, written value);
  void put(tenant_draft& tenant, std::string_view key, written value);
  /// Whether there is such a key, so that `put` takes a value for it.
  [[nodiscard]] static bool has_key(std::string_view path);
  /// The place from which the value of a path in force comes.
  [[nodiscard]] origin origin_of(std::string_view path) const;
};

}  // namespace gateway::config
