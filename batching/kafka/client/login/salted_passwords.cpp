#include "batching/kafka/client/login/salted_passwords.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace batching::kafka::client::login {
namespace {

const EVP_MD* digest_of(hash with) noexcept { return with == hash::sha256 ? EVP_sha256() : EVP_sha512(); }

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string text_of(const std::array<unsigned char, EVP_MAX_MD_SIZE>& bytes, unsigned size) {
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

}  // namespace

std::string digest(hash with, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), out.data(), &size, digest_of(with), nullptr);
  return text_of(out, size);
}

std::string hmac(hash with, std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  HMAC(digest_of(with), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(), out.data(), &size);
  return text_of(out, size);
}

std::string to_base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  auto* const to = reinterpret_cast<unsigned char*>(out.data());
  out.resize(static_cast<std::size_t>(EVP_EncodeBlock(to, bytes_of(bytes), static_cast<int>(bytes.size()))));
  return out;
}

std::string from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  std::string out(text.size() / 4 * 3, '\0');
  auto* const to = reinterpret_cast<unsigned char*>(out.data());
  if (EVP_DecodeBlock(to, bytes_of(text), static_cast<int>(text.size())) < 0) return {};
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  out.resize(out.size() - padding);
  return out;
}

// Under the lock: lanes that log in together wait for the one that computes, and do not compute the same.
std::string salted_passwords::of(hash with, const std::string& password, const std::string& salt, int rounds) {
  const std::lock_guard lock(mutex_);
  const auto [at, is_new] = kept_.try_emplace({with, digest(hash::sha256, password), salt, rounds});
  if (!is_new) return at->second;
  ++computed_;
  std::string out(digest(with, {}).size(), '\0');
  PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt), static_cast<int>(salt.size()),
                    rounds, digest_of(with), static_cast<int>(out.size()),
                    reinterpret_cast<unsigned char*>(out.data()));
  at->second = out;
  if (kept_.size() > kept_max)
    kept_.erase(kept_.begin()->first == at->first ? std::next(kept_.begin()) : kept_.begin());
  return out;
}

std::uint64_t salted_passwords::computed() const {
  const std::lock_guard lock(mutex_);
  return computed_;
}

}  // namespace batching::kafka::client::login
