#include "batching/kafka/client/login/scram.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <array>
#include <charconv>
#include <utility>

namespace batching::kafka::client::login {
namespace {

// The value of `name`= in a message of attributes with commas between them; empty: it is not there.
std::string_view attribute(std::string_view message, char name) noexcept {
  while (!message.empty()) {
    const std::size_t end = std::min(message.find(','), message.size());
    const std::string_view one = message.substr(0, end);
    if (one.size() > 2 && one[0] == name && one[1] == '=') return one.substr(2);
    message.remove_prefix(std::min(end + 1, message.size()));
  }
  return {};
}

std::string escaped(std::string_view user) {
  std::string out;
  for (const char c : user)
    if (c == ',')
      out += "=2C";
    else if (c == '=')
      out += "=3D";
    else
      out += c;
  return out;
}

std::string both(std::string_view a, std::string_view b) {
  std::string out(a);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(out[i] ^ b[i]);
  return out;
}

constexpr std::string_view no_binding = "c=biws";  // base64 of "n,,": the login is not bound to the TLS connection

}  // namespace

scram::scram(hash with, const std::string& user, std::string password, std::string nonce, salted_passwords& salted)
    : with_(with), user_(escaped(user)), password_(std::move(password)), nonce_(std::move(nonce)), salted_(&salted) {}

std::string_view scram::name() const noexcept { return with_ == hash::sha256 ? "SCRAM-SHA-256" : "SCRAM-SHA-512"; }

std::string scram::first() { return "n,,n=" + user_ + ",r=" + nonce_; }

reply scram::next(std::string_view message) {
  if (const std::string_view error = attribute(message, 'e'); !error.empty())
    return {{}, "user name or password is wrong (the broker says: " + std::string(error.substr(0, 100)) + ")"};
  return step_ == step::first ? prove(message) : verify(message);
}

reply scram::prove(std::string_view server_first) {
  const std::string_view nonce = attribute(server_first, 'r');
  const std::string salt = from_base64(attribute(server_first, 's'));
  const std::string_view count = attribute(server_first, 'i');
  int rounds = 0;
  std::from_chars(count.data(), count.data() + count.size(), rounds);
  if (!nonce.starts_with(nonce_) || nonce.size() == nonce_.size() || salt.empty())
    return {{}, "the broker's login message makes no sense"};
  if (rounds < salted_passwords::rounds_min || rounds > salted_passwords::rounds_max)
    return {{}, "the broker asks for " + std::to_string(rounds) + " rounds of hashing: allowed are 4096 to 200000"};
  const std::string salted = salted_->of(with_, password_, salt, rounds);
  const std::string without_proof = std::string(no_binding) + ",r=" + std::string(nonce);
  const std::string all = "n=" + user_ + ",r=" + nonce_ + "," + std::string(server_first) + "," + without_proof;
  const std::string client_key = hmac(with_, salted, "Client Key");
  const std::string proof = both(client_key, hmac(with_, digest(with_, client_key), all));
  server_signature_ = hmac(with_, hmac(with_, salted, "Server Key"), all);
  step_ = step::final;
  return {without_proof + ",p=" + to_base64(proof), {}};
}

reply scram::verify(std::string_view server_final) {
  const std::string said = from_base64(attribute(server_final, 'v'));
  if (said.size() != server_signature_.size() || CRYPTO_memcmp(said.data(), server_signature_.data(), said.size()) != 0)
    return {{}, "the broker does not know the password that it asks for: it may be somebody else's"};
  step_ = step::over;
  return {};
}

std::string make_nonce() {
  std::array<unsigned char, 24> random{};
  RAND_bytes(random.data(), static_cast<int>(random.size()));
  return to_base64({reinterpret_cast<const char*>(random.data()), random.size()});
}

}  // namespace batching::kafka::client::login
