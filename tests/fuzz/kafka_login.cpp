// The answers of a token endpoint, a token file and a broker before anything else: any bytes as an HTTP response with a
// token, as a token, an address, and as the answers of a login. The first byte says which.
#include <cstdlib>
#include <memory>
#include <string>

#include "batching/kafka/client/login/token_text.h"
#include "batching/kafka/client/opening.h"

namespace {

namespace client = batching::kafka::client;
namespace login = batching::kafka::client::login;

struct one_token final : login::token_source {
  login::token_or_not current() override { return {{"token", "who", {}}, {}}; }
};

void read_endpoint(std::string_view bytes) {
  const auto cut = login::read_http_answer(bytes.substr(0, bytes.size() / 2), false);
  if (const auto whole = login::read_http_answer(bytes, true)) {
    if (whole->body.size() > bytes.size()) std::abort();
    const auto token = login::read_token_answer(whole->body, std::chrono::system_clock::time_point{});
    if (token.failure.empty() == token.found.value.empty()) std::abort();
    if (token.found.value.find_first_of("\r\n\x01 ") != std::string::npos) std::abort();
  }
}

// Each answer has 16 bits of length before it.
void log_in(login::kind by, std::string_view bytes) {
  client::opening_settings settings{"gate", "1", nullptr};
  settings.login = std::make_shared<login::credentials>(
      login::login_settings{by, "user", "secret", {}, std::make_shared<one_token>()});
  client::opening opening(settings);
  batching::kafka::wire::buffer to;
  std::int32_t correlation = 0;
  while (bytes.size() >= 2 && opening.next_request(to)) {
    const std::size_t length = std::min<std::size_t>(
        static_cast<unsigned char>(bytes[0]) << 8 | static_cast<unsigned char>(bytes[1]), bytes.size() - 2);
    std::string answer(bytes.substr(2, length));
    bytes.remove_prefix(2 + length);
    ++correlation;
    for (std::size_t i = 0; i < 4 && i < answer.size(); ++i) answer[i] = static_cast<char>(correlation >> (24 - 8 * i));
    if (!opening.on_response(answer) && opening.failure().empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0: read_endpoint(bytes); break;
    case 1: static_cast<void>(login::read_token(std::string(bytes))); break;
    case 2: static_cast<void>(login::read_url(bytes)); break;
    case 3: log_in(login::kind::scram_sha_256, bytes); break;
    case 4: log_in(login::kind::oauthbearer, bytes); break;
    default: log_in(login::kind::plain, bytes); break;
  }
  return 0;
}
