#include "gateway/auth/key_file.h"

#include <optional>
#include <utility>

#include "gateway/auth/text_codes.h"
#include "gateway/config/auth_options.h"
#include "gateway/config/values.h"
#include "gateway/config/yaml_tree.h"

namespace gateway::auth {
namespace {

using config::yaml_node;
using shape = yaml_node::shape;

constexpr std::string_view algorithm = "sha256:";
constexpr std::size_t hash_hex = 64;

key_file_error at(const yaml_node& node, std::string what) {
  return {"line " + std::to_string(node.line) + ": " + std::move(what)};
}

/// `sha256:SALT:HASH`, both in hex.
bool read_hash(std::string_view text, api_key& out) {
  if (!text.starts_with(algorithm)) return false;
  text.remove_prefix(algorithm.size());
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.size() - colon - 1 != hash_hex) return false;
  auto salt = from_hex(text.substr(0, colon));
  auto hash = from_hex(text.substr(colon + 1));
  if (!salt || !hash) return false;
  out.salt = std::move(*salt);
  out.hash = std::move(*hash);
  return true;
}

std::optional<key_file_error> read_member(const yaml_node& name, const yaml_node& value, api_key& out) {
  if (value.is != shape::text) return at(name, "'" + name.text.substr(0, 40) + "' takes a plain value");
  if (name.text == "id")
    out.id = value.text;
  else if (name.text == "tenant")
    out.tenant = value.text;
  else if (name.text == "created")
    out.created = value.text;
  else if (name.text == "note")
    out.note = value.text;
  else if (name.text == "revoked")
    out.revoked = value.text;
  else if (name.text != "hash")
    return at(name, "there is no such key as '" + name.text.substr(0, 40) + "'");
  else if (!read_hash(value.text, out))
    return at(name, "hash must be sha256:SALT:HASH in hex, as `headgate key new` writes it");
  return {};
}

std::optional<key_file_error> read_entry(const yaml_node& node, api_key& out) {
  if (node.is != shape::map) return at(node, "each entry of `keys` has id, tenant and hash");
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2)
    if (auto wrong = read_member(node.children[i], node.children[i + 1], out)) return wrong;
  if (out.id.empty() || out.hash.empty() || !config::is_tenant_name(out.tenant))
    return at(node, "an entry needs id, tenant and hash");
  return {};
}

}  // namespace

boost::system::result<key_table, key_file_error> read_keys(std::string_view yaml) {
  const auto root = config::parse_yaml(yaml);
  if (!root) return key_file_error{"line " + std::to_string(root.error().line) + ": " + root.error().message};
  key_table out;
  if (root->is == shape::nothing) return out;
  if (root->is != shape::map || root->children.size() != 2 || root->children[0].text != "keys")
    return at(*root, "a file of keys has `keys:` and nothing else");
  const yaml_node& list = root->children[1];
  if (list.is == shape::nothing) return out;
  if (list.is != shape::list) return at(list, "`keys` takes a list");
  if (list.children.size() > api_keys_max) return at(list, "takes at most 10000 keys");
  for (const yaml_node& node : list.children) {
    api_key entry;
    if (auto wrong = read_entry(node, entry)) return *std::move(wrong);
    std::string id = entry.id;
    if (!out.emplace(std::move(id), std::move(entry)).second) return at(node, "this id is there twice: keep one");
  }
  return out;
}

std::string write_keys(const key_table& keys) {
  std::string out =
      "# API keys of Headgate: salted hashes. The keys themselves are nowhere; `headgate key new` prints one once.\n"
      "keys:\n";
  const auto line = [&](std::string_view lead, std::string_view name, const std::string& value) {
    if (!value.empty()) out.append(lead).append(name).append(": ").append(config::yaml_scalar(value)).append("\n");
  };
  for (const auto& [id, key] : keys) {
    line("  - ", "id", id);
    line("    ", "tenant", key.tenant);
    line("    ", "hash", std::string(algorithm) + to_hex(key.salt) + ":" + to_hex(key.hash));
    line("    ", "created", key.created);
    line("    ", "note", key.note);
    line("    ", "revoked", key.revoked);
  }
  return out;
}

}  // namespace gateway::auth
