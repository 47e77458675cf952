#include "gateway/config/yaml_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include "gateway/config/auth_options.h"
#include "gateway/config/option_table.h"
#include "gateway/config/yaml_tree.h"

namespace gateway::config {
namespace {

using shape = yaml_node::shape;

constexpr std::size_t topics_max = 10'000;
constexpr std::size_t routes_max = 1'000;

class reader {
 public:
  reader(const std::string& name, const environment_lookup& environment, draft& into)
      : name_(name), environment_(environment), into_(into) {}

  /// A map whose keys stand below `path` (empty: the whole file).
  void section(const yaml_node& node, const std::string& path);

 private:
  void key(const yaml_node& name, const yaml_node& value, const std::string& path);
  void properties(const yaml_node& node);
  void topics(const yaml_node& node);
  void topic(const yaml_node& node);
  void routes(const yaml_node& node);
  void route(const yaml_node& node);
  void auth(const yaml_node& node);
  void auth_part(const yaml_node& node, const std::string& path);
  void tenants(const yaml_node& node);
  /// Keys of nested sections as one dotted key each: give(key, value).
  template <typename Give>
  void flat(const yaml_node& node, const std::string& path, const std::string& prefix, const Give& give);
  std::optional<written> names(const yaml_node& node, const std::string& path);
  /// nullopt: an error was noted.
  std::optional<written> value(const yaml_node& node, const std::string& path);
  std::optional<std::string> expand(const yaml_node& node, const std::string& path, origin& from);
  bool is_map(const yaml_node& node, const std::string& path);

  [[nodiscard]] origin at(const yaml_node& node) const { return {origin::source::file, name_, node.line, {}}; }
  void fail(errc code, const yaml_node& node, const std::string& path, std::string message) {
    into_.errors.push_back({code, path, at(node), std::move(message)});
  }

  const std::string& name_;
  const environment_lookup& environment_;
  draft& into_;
};

bool reader::is_map(const yaml_node& node, const std::string& path) {
  if (node.is == shape::map) return true;
  if (node.is != shape::nothing)
    fail(errc::wrong_type, node, path, "takes keys with values, one a line and indented below it");
  return false;
}

void reader::section(const yaml_node& node, const std::string& path) {
  if (!is_map(node, path)) return;
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    const yaml_node& name = node.children[i];
    if (name.is != shape::text) {
      fail(errc::wrong_type, name, path, "a key must be plain text");
    } else {
      key(name, node.children[i + 1], path.empty() ? name.text : path + "." + name.text);
    }
  }
}

void reader::key(const yaml_node& name, const yaml_node& below, const std::string& path) {
  if (path == "topics") return topics(below);
  if (path == "routes") return routes(below);
  if (path == "tenants") return tenants(below);
  if (path == "auth") return auth(below);
  if (path.starts_with("auth.") && below.is == shape::map && !draft::has_key(path)) return auth_part(below, path);
  if (path == "kafka.properties") return properties(below);
  if (below.is == shape::map && below.children.empty() && draft::has_key(path + ".enabled"))
    return into_.put(path + ".enabled", {{"true"}, false, at(name)});  // `kafka.tls: {}`: on, with all defaults
  if (is_section(path)) return section(below, path);
  if (below.is == shape::map && !draft::has_key(path)) {  // an unknown section: name it, not each key in it
    written nothing{{}, false, at(name)};
    return into_.put(path, std::move(nothing));
  }
  const auto* auth_option = path.starts_with("auth.") ? find_auth_option(std::string_view(path).substr(5)) : nullptr;
  const bool takes_map = auth_option != nullptr && auth_option->takes_map && below.is == shape::map;
  auto w = takes_map ? names(below, path) : value(below, path);
  if (!w) return;
  w->from.line = name.line;
  into_.put(path, *std::move(w));
}

void reader::properties(const yaml_node& node) {
  if (!is_map(node, "kafka.properties")) return;
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    const std::string path = "kafka.properties." + node.children[i].text;
    if (auto w = value(node.children[i + 1], path)) into_.put(path, *std::move(w));
  }
}

void reader::topics(const yaml_node& node) {
  if (node.is == shape::nothing) return;
  if (node.is != shape::list)
    return fail(errc::wrong_type, node, "topics", "takes a list: entries that begin with `- pattern:`");
  if (!into_.topics.empty()) return fail(errc::duplicate_key, node, "topics", "is given twice: keep one");
  if (node.children.size() > topics_max)
    return fail(errc::out_of_bounds, node, "topics", "takes at most 10000 entries");
  for (const yaml_node& child : node.children) topic(child);
}

void reader::topic(const yaml_node& node) {
  if (node.is != shape::map)
    return fail(errc::wrong_type, node, "topics", "each entry takes keys with values, beginning with `- pattern:`");
  topic_draft entry;
  entry.from = at(node);
  flat(node, "topics", {}, [&](const std::string& key, written w) { into_.put(entry, key, std::move(w)); });
  into_.topics.push_back(std::move(entry));
}

void reader::routes(const yaml_node& node) {
  if (node.is == shape::nothing) return;
  if (node.is != shape::list)
    return fail(errc::wrong_type, node, "routes", "takes a list: entries like `- {types: [Order*], topic: orders}`");
  if (!into_.routes.empty()) return fail(errc::duplicate_key, node, "routes", "is given twice: keep one");
  if (node.children.size() > routes_max) return fail(errc::out_of_bounds, node, "routes", "takes at most 1000 entries");
  for (const yaml_node& child : node.children) route(child);
}

void reader::route(const yaml_node& node) {
  if (node.is != shape::map)
    return fail(errc::wrong_type, node, "routes", "each entry is like `- {types: [Order*], topic: orders}`");
  route_draft entry;
  entry.from = at(node);
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    const std::string& key = node.children[i].text;
    if (key != "types" && key != "topic") {
      fail(errc::unknown_key, node.children[i], "routes." + key, "there is no such key: there are types and topic");
    } else if (auto w = value(node.children[i + 1], "routes." + key)) {
      if (key == "types")
        entry.types = *std::move(w);
      else if (!w->items.empty())
        entry.topic = w->items.front();
    }
  }
  into_.routes.push_back(std::move(entry));
}

template <typename Give>
void reader::flat(const yaml_node& node, const std::string& path, const std::string& prefix, const Give& give) {
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    const yaml_node& below = node.children[i + 1];
    const std::string key = prefix + node.children[i].text;
    const auto* option = path == "auth" ? find_auth_option(key) : nullptr;
    const bool takes_one = option != nullptr ||
                           (path == "topics" ? find_topic_option(key) != nullptr : find_tenant_option(key) != nullptr);
    if (option != nullptr && option->takes_map && below.is == shape::map) {
      if (auto w = names(below, path + "." + key)) give(key, *std::move(w));
    } else if (below.is == shape::map && !takes_one) {
      flat(below, path, key + ".", give);
    } else if (auto w = value(below, path + "." + key)) {
      give(key, *std::move(w));
    }
  }
}

std::optional<written> reader::names(const yaml_node& node, const std::string& path) {
  written out{{}, false, at(node), true};
  for (const yaml_node& item : node.children) {
    auto text = item.is == shape::text ? expand(item, path, out.from) : std::nullopt;
    if (item.is != shape::text) fail(errc::wrong_type, item, path, "takes a name and a plain value, one pair a line");
    if (!text) return std::nullopt;
    out.items.push_back(*std::move(text));
  }
  return out;
}

void reader::auth(const yaml_node& node) {
  into_.auth.from = at(node);
  if (is_map(node, "auth"))
    flat(node, "auth", {}, [&](const std::string& key, written w) { into_.put("auth." + key, std::move(w)); });
}

void reader::auth_part(const yaml_node& node, const std::string& path) {
  flat(node, "auth", path.substr(5) + ".",
       [&](const std::string& key, written w) { into_.put("auth." + key, std::move(w)); });
}

void reader::tenants(const yaml_node& node) {
  if (!is_map(node, "tenants")) return;
  if (!into_.tenants.empty()) return fail(errc::duplicate_key, node, "tenants", "is given twice: keep one");
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    tenant_draft entry;
    entry.name = node.children[i].text;
    entry.from = at(node.children[i]);
    const std::string path = "tenants." + entry.name;
    if (is_map(node.children[i + 1], path))
      flat(node.children[i + 1], path, {},
           [&](const std::string& key, written w) { into_.put(entry, key, std::move(w)); });
    into_.tenants.push_back(std::move(entry));
  }
}

std::optional<written> reader::value(const yaml_node& node, const std::string& path) {
  written out{{}, node.is == shape::list, at(node)};
  if (node.is == shape::nothing || node.is == shape::map) {
    fail(errc::wrong_type, node, path,
         node.is == shape::map ? "takes a value, not keys" : "has no value: write one, or remove the key");
    return std::nullopt;
  }
  const std::vector<yaml_node> single = node.is == shape::text ? std::vector{node} : std::vector<yaml_node>();
  for (const yaml_node& item : node.is == shape::list ? node.children : single) {
    if (item.is != shape::text) {
      fail(errc::wrong_type, item, path, "takes plain values");
      return std::nullopt;
    }
    auto text = expand(item, path, out.from);
    if (!text) return std::nullopt;
    out.items.push_back(*std::move(text));
  }
  return out;
}

std::optional<std::string> reader::expand(const yaml_node& node, const std::string& path, origin& from) {
  constexpr std::string_view begin = "${env:";
  std::string out;
  std::string_view rest = node.text;
  for (std::size_t start; (start = rest.find(begin)) != std::string_view::npos;) {
    const std::size_t end = rest.find('}', start);
    if (end == std::string_view::npos) {
      fail(errc::invalid_value, node, path, "`${env:` has no closing brace: write ${env:NAME}");
      return std::nullopt;
    }
    const std::string variable(rest.substr(start + begin.size(), end - start - begin.size()));
    const auto found = environment_(variable);
    if (!found) {
      fail(errc::unset_environment, node, path, "the environment variable '" + variable + "' is not set");
      return std::nullopt;
    }
    out.append(rest.substr(0, start)).append(*found);
    from.environment += (from.environment.empty() ? "" : ", ") + variable;
    rest.remove_prefix(end + 1);
  }
  return out.append(rest);
}

}  // namespace

void read_yaml(std::string_view text, const std::string& name, const environment_lookup& environment, draft& into) {
  const auto root = parse_yaml(text);
  if (!root) {
    into.errors.push_back(
        {errc::not_yaml, {}, {origin::source::file, name, root.error().line, {}}, root.error().message});
    return;
  }
  reader(name, environment, into).section(*root, {});
}

void read_yaml_file(const std::string& path, const environment_lookup& environment, draft& into) {
  std::ifstream in(path, std::ios::binary);
  std::string text(yaml_bytes_max + 1, '\0');
  if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) {
    into.errors.push_back({errc::unreadable_file,
                           {},
                           {origin::source::file, path, 0, {}},
                           std::string("cannot be read: ") + std::strerror(errno)});
    return;
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  read_yaml(text, path, environment, into);
}

}  // namespace gateway::config
