#include "batching/stream/ticket_keys.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace batching::stream {
namespace {

using bytes = std::array<unsigned char, sizeof(ticket_keys::key)>;

std::int64_t epoch_at(ticket_keys::time_point now) noexcept {
  return now.time_since_epoch() /
         std::chrono::duration_cast<ticket_keys::time_point::duration>(ticket_keys::rotate_every);
}

// HKDF with SHA-256 (RFC 5869).
bool derive(const std::string& secret, std::int64_t epoch, bytes& to) {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> by(EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr),
                                                                       &EVP_PKEY_CTX_free);
  const std::string about = "headgate session tickets " + std::to_string(epoch);
  const auto* const text = reinterpret_cast<const unsigned char*>(about.data());
  const auto* const from = reinterpret_cast<const unsigned char*>(secret.data());
  std::size_t size = to.size();
  return by && EVP_PKEY_derive_init(by.get()) == 1 && EVP_PKEY_CTX_set_hkdf_md(by.get(), EVP_sha256()) == 1 &&
         EVP_PKEY_CTX_set1_hkdf_key(by.get(), from, static_cast<int>(secret.size())) == 1 &&
         EVP_PKEY_CTX_add1_hkdf_info(by.get(), text, static_cast<int>(about.size())) == 1 &&
         EVP_PKEY_derive(by.get(), to.data(), &size) == 1;
}

}  // namespace

ticket_keys::~ticket_keys() {
  OPENSSL_cleanse(kept_.data(), sizeof kept_);
  OPENSSL_cleanse(secret_.data(), secret_.size());
}

ticket_keys::key ticket_keys::make(std::int64_t epoch) const {
  bytes drawn{};
  const bool made =
      secret_.empty() ? RAND_bytes(drawn.data(), static_cast<int>(drawn.size())) == 1 : derive(secret_, epoch, drawn);
  if (!made) std::abort();  // without randomness there is no TLS either
  key out;
  std::memcpy(&out, drawn.data(), sizeof out);
  OPENSSL_cleanse(drawn.data(), drawn.size());
  return out;
}

void ticket_keys::turn(std::int64_t epoch) {
  if (kept_[1].epoch == epoch) return;
  std::array<epoch_key, 3> next;
  for (std::size_t i = 0; i < next.size(); ++i) {
    next[i].epoch = epoch - 1 + static_cast<std::int64_t>(i);
    const auto had = std::ranges::find(kept_, next[i].epoch, &epoch_key::epoch);
    next[i].of = had != kept_.end() ? had->of : make(next[i].epoch);
  }
  kept_ = next;
  OPENSSL_cleanse(next.data(), sizeof next);
}

ticket_keys::key ticket_keys::to_seal(time_point now) {
  const std::lock_guard lock(mutex_);
  turn(epoch_at(now));
  return kept_[1].of;
}

std::optional<ticket_keys::opening> ticket_keys::to_open(std::string_view name, time_point now) {
  const std::lock_guard lock(mutex_);
  turn(epoch_at(now));
  for (const epoch_key& k : kept_)
    if (name.size() == name_bytes && std::memcmp(name.data(), k.of.name.data(), name_bytes) == 0)
      return opening{k.of, &k == kept_.data()};
  return std::nullopt;
}

}  // namespace batching::stream
