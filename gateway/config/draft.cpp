#include "gateway/config/draft.h"

#include <array>

#include "gateway/config/auth_options.h"
#include "gateway/config/option_table.h"
#include "gateway/config/suggest.h"

namespace gateway::config {
namespace {

constexpr std::array<std::string_view, 11> names = {
    "unreadable_file", "not_yaml",      "unknown_key", "duplicate_key",    "wrong_type",       "invalid_value",
    "out_of_bounds",   "contradiction", "missing",     "refused_property", "unset_environment"};

void put_into(written_values& values, std::string_view key, std::string path, written value,
              std::vector<config_error>& errors) {
  const auto found = values.find(key);
  if (found == values.end()) return static_cast<void>(values.emplace(key, std::move(value)));
  written& old = found->second;
  if (value.from.from != old.from.from) {
    if (value.from.from > old.from.from) old = std::move(value);
    return;
  }
  if (value.from.from == origin::source::command_line && value.items == old.items) return;
  errors.push_back(
      {errc::duplicate_key, std::move(path), value.from, "is given twice, also at " + old.from.text() + ": keep one"});
}

config_error unknown(std::string_view path, const origin& from, const std::vector<std::string>& known) {
  std::string message = "there is no such key";
  if (const std::string near = nearest(path, known); !near.empty()) message += "; did you mean " + near + "?";
  return {errc::unknown_key, std::string(path), from, std::move(message)};
}

bool take_prefix(std::string_view& path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return false;
  path.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::string_view name(errc code) noexcept { return names[static_cast<std::size_t>(code)]; }

std::string origin::text() const {
  std::string out = from == source::unwritten ? "default" : name;
  if (line > 0) out += ":" + std::to_string(line);
  if (!environment.empty()) out += ", environment " + environment;
  return out;
}

std::string config_error::text() const {
  std::string out;
  if (from.from != origin::source::unwritten) out = from.text() + ": ";
  if (!path.empty()) out += path + ": ";
  return out + message;
}

void draft::put(std::string_view path, written value) {
  std::string_view key = path;
  if (take_prefix(key, "kafka.properties."))
    return put_into(properties, key, std::string(path), std::move(value), errors);
  if (take_prefix(key, "topic_defaults.")) return put(topic_defaults, key, std::move(value));
  if (take_prefix(key, "auth.")) {
    if (!find_auth_option(key)) return errors.push_back(unknown(path, value.from, auth_option_paths()));
    if (auth.from.from == origin::source::unwritten) auth.from = value.from;
    return put_into(auth.values, key, std::string(path), std::move(value), errors);
  }
  if (!find_option(path)) return errors.push_back(unknown(path, value.from, option_paths()));
  put_into(values, path, std::string(path), std::move(value), errors);
}

void draft::put(topic_draft& topic, std::string_view key, written value) {
  const bool defaults = &topic == &topic_defaults;
  const std::string path = (defaults ? "topic_defaults." : "topics.") + std::string(key);
  if (!find_topic_option(key)) return errors.push_back(unknown(path, value.from, topic_option_paths(defaults)));
  if (defaults && key == "pattern")
    return errors.push_back(
        {errc::contradiction, path, value.from, "the defaults hold for every topic: remove the pattern"});
  put_into(topic.values, key, path, std::move(value), errors);
}

void draft::put(tenant_draft& tenant, std::string_view key, written value) {
  const std::string path = "tenants." + tenant.name + "." + std::string(key);
  if (!find_tenant_option(key))
    return errors.push_back(unknown(path, value.from, tenant_option_paths("tenants." + tenant.name)));
  put_into(tenant.values, key, path, std::move(value), errors);
}

bool draft::has_key(std::string_view path) {
  std::string_view key = path;
  if (take_prefix(key, "kafka.properties.")) return true;
  if (take_prefix(key, "topic_defaults.")) return find_topic_option(key) != nullptr;
  if (take_prefix(key, "auth.")) return find_auth_option(key) != nullptr;
  return find_option(path) != nullptr;
}

origin draft::origin_of(std::string_view path) const {
  const auto look = [](const written_values& in, std::string_view key) {
    const auto found = in.find(key);
    return found == in.end() ? origin{} : found->second.from;
  };
  std::string_view key = path;
  if (take_prefix(key, "kafka.properties.")) return look(properties, key);
  if (take_prefix(key, "topic_defaults.")) return look(topic_defaults.values, key);
  if (take_prefix(key, "auth.")) return look(auth.values, key);
  return look(values, path);
}

}  // namespace gateway::config
