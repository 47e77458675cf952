#include "batching/kafka/wire/opening_requests.h"

#include <algorithm>

#include "batching/kafka/wire/request_parts.h"

namespace batching::kafka::wire {
namespace {

constexpr std::int16_t api_versions_key = 18;
constexpr std::int16_t sasl_handshake_key = 17;
constexpr std::int16_t unsupported_version = 35;
constexpr std::int32_t ranges_max = 1000;  // Kafka 4.1 has some 90 requests
constexpr std::string_view software_name = "headgate";

}  // namespace

std::int16_t api_versions_answer::common(std::int16_t api, std::int16_t lowest, std::int16_t highest) const noexcept {
  const auto found = std::ranges::find(ranges, api, &version_range::api);
  if (found == ranges.end() || found->lowest > highest || found->highest < lowest) return -1;
  return std::min(found->highest, highest);
}

void write_api_versions(buffer& to, std::int16_t version, std::int32_t correlation, std::string_view client_id,
                        std::string_view software_version) {
  const std::size_t begin = begin_request(to, api_versions_key, version, correlation, client_id);
  if (version >= api_versions_newest) {
    put(to, std::uint8_t{0});  // no tagged fields in the header
    put_compact_text(to, software_name);
    put_compact_text(to, software_version);
    put(to, std::uint8_t{0});
  }
  store_length(to, begin);
}

std::optional<api_versions_answer> read_api_versions(std::string_view response, std::int16_t version) {
  api_versions_answer answer;
  std::int32_t correlation = 0;
  std::int32_t count = 0;
  if (!take(response, correlation) || !take(response, answer.error)) return std::nullopt;
  const bool is_flexible = version >= api_versions_newest && answer.error != unsupported_version;
  if (is_flexible) {
    std::uint32_t plus_one = 0;
    if (!take_varint(response, plus_one)) return std::nullopt;
    count = static_cast<std::int32_t>(plus_one) - 1;
  } else if (!take(response, count)) {
    return std::nullopt;
  }
  if (count > ranges_max) return std::nullopt;
  for (; count > 0; --count) {
    version_range r;
    if (!take(response, r.api) || !take(response, r.lowest) || !take(response, r.highest)) return std::nullopt;
    if (is_flexible && !skip_tags(response)) return std::nullopt;
    answer.ranges.push_back(r);
  }
  return answer;
}

void write_sasl_handshake(buffer& to, std::int32_t correlation, std::string_view client_id,
                          std::string_view mechanism) {
  const std::size_t begin = begin_request(to, sasl_handshake_key, 1, correlation, client_id);
  put_text(to, mechanism);
  store_length(to, begin);
}

std::optional<sasl_handshake_answer> read_sasl_handshake(std::string_view response) {
  sasl_handshake_answer answer;
  std::int32_t correlation = 0;
  std::int32_t count = 0;
  if (!take(response, correlation) || !take(response, answer.error) || !take(response, count) || count > ranges_max)
    return std::nullopt;
  for (; count > 0; --count)
    if (!take_text(response, answer.mechanisms.emplace_back())) return std::nullopt;
  return answer;
}

void write_sasl_authenticate(buffer& to, std::int16_t version, std::int32_t correlation, std::string_view client_id,
                             std::string_view message) {
  const std::size_t begin = begin_request(to, sasl_authenticate_key, version, correlation, client_id);
  put(to, static_cast<std::int32_t>(message.size()));
  to.append(message);
  store_length(to, begin);
}

std::optional<sasl_authenticate_answer> read_sasl_authenticate(std::string_view response, std::int16_t version) {
  sasl_authenticate_answer answer;
  std::int32_t correlation = 0;
  std::int32_t size = 0;
  if (!take(response, correlation) || !take(response, answer.error) || !take_text(response, answer.error_text) ||
      !take(response, size) || !take_bytes(response, size, answer.message))
    return std::nullopt;
  if (version >= 1 && !take(response, answer.lifetime_ms)) return std::nullopt;
  return answer;
}

}  // namespace batching::kafka::wire
