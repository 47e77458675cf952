#include "batching/kafka/client/login/token_text.h"

#include <simdjson.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "batching/kafka/client/login/salted_passwords.h"

namespace batching::kafka::client::login {
namespace {

using simdjson::dom::object;

constexpr std::size_t answer_bytes_max = 256 * 1024;
constexpr std::int64_t lifetime_unknown_s = 300;  // where neither answer nor token says
constexpr std::int64_t lifetime_max_s = 366LL * 86'400;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string field(std::string_view head, std::string_view wanted) {
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && lower(line.substr(0, colon)) == wanted)
      return std::string(trimmed(line.substr(colon + 1)));
    head.remove_prefix(std::min(end + 2, head.size()));
  }
  return {};
}

template <typename Number>
bool read_number(std::string_view text, Number& to, int base = 10) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to, base);
  return error == std::errc() && end == text.data() + text.size();
}

// nullopt: not whole, or broken.
std::optional<std::string> from_chunks(std::string_view rest) {
  std::string out;
  for (;;) {
    const std::size_t end = rest.find("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    std::size_t size = 0;
    if (!read_number(trimmed(rest.substr(0, std::min(rest.find(';'), end))), size, 16) || size > answer_bytes_max)
      return std::nullopt;
    rest.remove_prefix(end + 2);
    if (size == 0) return out;
    if (rest.size() < size + 2) return std::nullopt;
    out.append(rest.substr(0, size));
    rest.remove_prefix(size + 2);
  }
}

std::string text_in(const object& of, std::string_view key) {
  std::string_view text;
  return of[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

std::int64_t number_in(const object& of, std::string_view key, std::int64_t otherwise) {
  std::int64_t whole = 0;
  double real = 0;
  std::string_view text;
  const auto found = of[key];
  if (found.get(whole) == simdjson::SUCCESS) return whole;
  if (found.get(real) == simdjson::SUCCESS && real > 0 && real < 1e15) return static_cast<std::int64_t>(real);
  if (found.get(text) == simdjson::SUCCESS && read_number(text, whole)) return whole;
  return otherwise;
}

std::string claims_of(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return {};
  std::string text(token.substr(first + 1, second - first - 1));
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.resize((text.size() + 3) / 4 * 4, '=');
  return from_base64(text);
}

// RFC 6750: what may stand behind "Bearer".
bool is_bearer(std::string_view token) noexcept {
  return !token.empty() && std::ranges::all_of(token, [](unsigned char c) {
    return std::isalnum(c) || std::string_view("-._~+/=").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

}  // namespace

std::optional<http_answer> read_http_answer(std::string_view bytes, bool is_ended) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos || !bytes.starts_with("HTTP/1.") || bytes.size() > answer_bytes_max)
    return std::nullopt;
  http_answer out;
  if (bytes.size() < 12 || !read_number(bytes.substr(9, 3), out.status)) return std::nullopt;
  const std::string_view head = bytes.substr(0, end);
  const std::string_view body = bytes.substr(end + 4);
  if (lower(field(head, "transfer-encoding")) == "chunked") {
    auto whole = from_chunks(body);
    if (!whole) return std::nullopt;
    out.body = *std::move(whole);
    return out;
  }
  if (const std::string length = field(head, "content-length"); !length.empty()) {
    std::size_t size = 0;
    if (!read_number(length, size) || body.size() < size) return std::nullopt;
    out.body = body.substr(0, size);
    return out;
  }
  if (!is_ended) return std::nullopt;
  out.body = body;
  return out;
}

token_or_not read_token(std::string value) {
  using namespace std::chrono;
  if (!is_bearer(value)) return {{}, "what should be a token is none"};
  token_or_not out;
  out.found = {std::move(value), {}, system_clock::time_point::max()};
  simdjson::dom::parser parser;
  object claims;
  if (parser.parse(claims_of(out.found.value)).get(claims) != simdjson::SUCCESS) return out;  // an opaque token
  out.found.principal = text_in(claims, "sub");
  const std::int64_t expires = number_in(claims, "exp", 0);
  if (expires > 0 && expires < 100'000'000'000) out.found.expires_at = system_clock::time_point(seconds(expires));
  return out;
}

token_or_not read_token_answer(std::string_view json, std::chrono::system_clock::time_point now) {
  simdjson::dom::parser parser;
  object answer;
  if (parser.parse(simdjson::padded_string(json)).get(answer) != simdjson::SUCCESS)
    return {{}, "its answer is no JSON object"};
  token_or_not out = read_token(text_in(answer, "access_token"));
  if (!out.failure.empty()) return {{}, "its answer has no access_token"};
  const std::int64_t lifetime = number_in(answer, "expires_in", 0);
  if (lifetime > 0 && lifetime < lifetime_max_s)
    out.found.expires_at = std::min(out.found.expires_at, now + std::chrono::seconds(lifetime));
  if (out.found.expires_at == std::chrono::system_clock::time_point::max())
    out.found.expires_at = now + std::chrono::seconds(lifetime_unknown_s);
  return out;
}

std::optional<url> read_url(std::string_view text) {
  url out;
  out.is_https = text.starts_with("https://");
  if (!out.is_https && !text.starts_with("http://")) return std::nullopt;
  text.remove_prefix(out.is_https ? 8 : 7);
  const std::size_t path = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, path);
  out.target = text.substr(path);
  if (!out.target.starts_with('/')) out.target.insert(0, 1, '/');
  out.port = out.is_https ? 443 : 80;
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    if (!read_number(authority.substr(colon + 1), out.port) || out.port == 0) return std::nullopt;
    authority = authority.substr(0, colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']')) authority = authority.substr(1, authority.size() - 2);
  if (authority.empty() || authority.find_first_of("@ \r\n\t") != std::string_view::npos ||
      out.target.find_first_of(" \r\n\t") != std::string::npos)
    return std::nullopt;
  out.host = authority;
  return out;
}

std::string form_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const unsigned char c : text)
    if (std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      out += static_cast<char>(c);
    } else {
      out += '%';
      out += digits[c >> 4U];
      out += digits[c & 15U];
    }
  return out;
}

}  // namespace batching::kafka::client::login
