// Any bytes as what a client brings to say who it is: the credential field of HELLO is read as the page says, and
// whoever is let in has brought the one key that is good, whole, in one of its places. '@' in the input stands for that
// key.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/auth/api_key.h"
#include "gateway/auth/authority.h"
#include "gateway/auth/guard.h"
#include "gateway/auth/key_file.h"
#include "gateway/auth/text_codes.h"
#include "gateway/frames/messages.h"
#include "gateway/frames/protocol.h"

namespace {

namespace auth = gateway::auth;
namespace frames = gateway::frames;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

class one_file final : public auth::outside {
 public:
  explicit one_file(std::string text) : text_(std::move(text)) {}
  document read(const std::string&, const std::string& unless) override {
    return {unless == "1" ? std::string() : text_, {}, "1", false};
  }

 private:
  std::string text_;
};

/// A gate that knows one key.
struct gate {
  gate() : key(auth::new_api_key("shop", "", "")), door(nullptr) {
    gateway::config::auth_settings how;
    how.api_keys_file = "keys";
    auth::key_table table;
    table[key.kept.id] = key.kept;
    known =
        std::make_unique<auth::authority>(how, std::vector<gateway::config::tenant_settings>{{"shop", {"a"}, {}, {}}},
                                          std::make_unique<one_file>(auth::write_keys(table)));
    door = auth::guard(known.get());
  }
  bool lets_in(const auth::credentials& c) {
    now += std::chrono::hours(1);  // no failure of before counts
    return door.check(c, {}, now, 1'700'000'000).why == auth::denial::none;
  }

  auth::fresh_key key;
  std::unique_ptr<auth::authority> known;
  auth::guard door;
  auth::guard::steady now{};
};

/// The page's words, read a second time; nullopt: malformed, as far as the credential goes.
std::optional<std::string> credential_of(const std::string& hello) {
  const auto byte = [&hello](std::size_t i) { return static_cast<unsigned char>(hello[i]); };
  const std::size_t at = 22U + byte(20) + 256U * byte(21);
  if (at == hello.size()) return "";
  if (at + 2 > hello.size()) return std::nullopt;
  const std::size_t bytes = byte(at) + 256U * byte(at + 1);
  if (at + 2 + bytes > hello.size()) return std::nullopt;
  return hello.substr(at + 2, bytes);
}

void check_hello(const std::string& text) {
  frames::hello read;
  const bool is_good = !frames::read_hello(text, read).has_value();
  if (!is_good) return;
  const auto wanted = credential_of(text);
  demand(wanted.has_value() && *wanted == read.credential, "HELLO's credential is read otherwise than the page says");
}

bool has_key(std::string_view text, std::string_view key) { return text.find(key) != std::string_view::npos; }

void check_gate(gate& at, const std::string& text) {
  const std::string& key = at.key.shown;
  demand(!at.lets_in({.bare = text}) || text == key, "a bare text that is not the key lets in");
  demand(!at.lets_in({.api_key = text}) || text == key, "X-Api-Key that is not the key lets in");
  if (at.lets_in({.authorization = text})) {
    const std::size_t space = text.rfind(' ');
    const auto basic = space == std::string::npos ? std::nullopt : auth::from_base64(text.substr(space + 1));
    demand(has_key(text, key) || (basic && has_key(*basic, key)), "Authorization without the key lets in");
  }
  demand(!at.lets_in({.authorization = text, .is_ambiguous = true}), "two credentials let in");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static gate at;
  demand(at.lets_in({.bare = at.key.shown}), "the key is not good");
  std::string text(reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 16 * 1024));
  for (std::size_t i = text.find('@'); i != std::string::npos; i = text.find('@', i + at.key.shown.size()))
    text.replace(i, 1, at.key.shown);
  check_gate(at, text);
  check_hello(text);
  std::string hello = "HEADGATE" + std::string("\1\0\1\0\0\0\0\0\0\0\0\0", 12) + text;  // past the fixed part at once
  if (hello.size() >= 22) check_hello(hello);
  return 0;
}
