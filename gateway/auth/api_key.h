// An API key: what a client holds (`hgk_ID_SECRET`), and what is kept of it (a salted hash). The secret has 256 random
// bits, so a fast hash is enough: nobody tries them all. Pure but for new_api_key().
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::auth {

/// The form of a key in the file.
struct api_key {
  static constexpr std::size_t id_size = 12;
  static constexpr std::size_t secret_size = 43;  // of 62 letters and digits
  static constexpr std::size_t salt_bytes = 16;
  static constexpr std::string_view prefix = "hgk_";

  std::string id;
  std::string tenant;
  std::string salt;  // bytes
  std::string hash;  // of salt and secret
  std::string created;
  std::string note;
  std::string revoked;  // when; empty: it is good

  [[nodiscard]] bool has(std::string_view secret) const;
  /// Empty: nothing is weak about it.
  [[nodiscard]] std::string weakness() const;
};

struct key_text {
  std::string_view id;
  std::string_view secret;
};

/// nullopt: it is no key of ours by its form.
[[nodiscard]] std::optional<key_text> read_key_text(std::string_view text) noexcept;

struct fresh_key {
  api_key kept;
  std::string shown;  // once, to a person
};
[[nodiscard]] fresh_key new_api_key(std::string tenant, std::string created, std::string note);

}  // namespace gateway::auth
