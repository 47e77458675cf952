#include "gateway/app/key_command.h"

#include <algorithm>
#include <boost/system/result.hpp>
#include <ctime>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include "gateway/app/key_store.h"
#include "gateway/config/load.h"

namespace gateway::app {
namespace {

using action = config::command::action;

int fail(const std::string& text) {
  std::cerr << "headgate: " << text << '\n';
  return 1;
}

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char out[32];
  return {out, std::strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

/// --file, or what the configuration says; the file need not be right otherwise.
std::optional<std::string> file_of(const config::command& from, const config::draft& written) {
  if (from.key.file) return from.key.file;
  const auto found = written.auth.values.find("api_keys.file");
  if (found == written.auth.values.end() || found->second.items.size() != 1) return std::nullopt;
  return found->second.items.front();
}

int make_key(const config::command& from, const config::draft& written, const std::string& file) {
  const std::string& tenant = from.key.tenant;
  if (!written.tenants.empty() &&
      std::ranges::find(written.tenants, tenant, &config::tenant_draft::name) == written.tenants.end())
    return fail("there is no tenant '" + tenant + "' in the configuration: add it to `tenants` first");
  auth::fresh_key made = auth::new_api_key(tenant, now_text(), from.key.note);
  const std::string id = made.kept.id;
  const std::string wrong = change_keys(file, true, [&](auth::key_table& keys) -> std::string {
    if (keys.size() >= auth::api_keys_max) return "there are 10000 keys already: revoke is no help, remove some";
    keys.emplace(id, std::move(made.kept));
    return {};
  });
  if (!wrong.empty()) return fail(wrong);
  std::cout << made.shown << '\n';
  std::cerr << "This is the key of tenant " << tenant << ", id " << id
            << ". It is not kept anywhere and not shown again.\n"
            << "Send it as `Authorization: Bearer KEY`, as `X-Api-Key: KEY`, or as the password of Basic.\n";
  return 0;
}

int list_keys(const std::string& file) {
  const auto keys = read_key_store(file);
  if (!keys) return fail(keys.error().text);
  std::cout << "id            tenant            created               revoked               note\n";
  const auto column = [](std::string text, std::size_t width) {
    text.resize(std::max(text.size() + 2, width), ' ');
    return text;
  };
  for (const auto& [id, key] : *keys)
    std::cout << column(id, 14) << column(key.tenant, 18) << column(key.created, 22)
              << column(key.revoked.empty() ? "-" : key.revoked, 22) << key.note << '\n';
  return 0;
}

int revoke_key(const std::string& id, const std::string& file) {
  const std::string wrong = change_keys(file, false, [&](auth::key_table& keys) -> std::string {
    const auto found = keys.find(id);
    if (found == keys.end()) return "there is no key '" + id + "' in " + file + ": headgate key list shows them";
    if (found->second.revoked.empty()) found->second.revoked = now_text();
    return {};
  });
  if (!wrong.empty()) return fail(wrong);
  std::cout << "revoked " << id << '\n';
  return 0;
}

/// `hgk_ID_SECRET`: who has the key at hand may revoke it by the key itself.
std::string id_of(const std::string& text) {
  const auto read = auth::read_key_text(text);
  return read ? std::string(read->id) : text;
}

}  // namespace

int run_key_command(const config::command& from) {
  const config::draft written = config::load(from);
  const auto file = file_of(from, written);
  if (!file) return fail("which file? Write --file FILE, or --config FILE with auth.api_keys.file in it");
  switch (from.what) {
    case action::key_new: return make_key(from, written, *file);
    case action::key_list: return list_keys(*file);
    default: return revoke_key(id_of(from.key.id), *file);
  }
}

}  // namespace gateway::app
