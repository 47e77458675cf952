// The requests with which a connection begins, and their answers: ApiVersions, SaslHandshake, SaslAuthenticate.
// Sans-I/O. Source: Kafka's protocol guide. Used by client/opening.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "batching/kafka/wire/buffer.h"

namespace batching::kafka::wire {

inline constexpr std::int16_t produce_key = 0;
inline constexpr std::int16_t sasl_authenticate_key = 36;

/// The versions of one request that a broker takes.
struct version_range {
  std::int16_t api = 0;
  std::int16_t lowest = 0;
  std::int16_t highest = -1;
};

struct api_versions_answer {
  std::int16_t error = 0;
  std::vector<version_range> ranges;

  /// The highest version of `api` within lowest..highest that the broker takes too; -1: there is none.
  [[nodiscard]] std::int16_t common(std::int16_t api, std::int16_t lowest, std::int16_t highest) const noexcept;
};

inline constexpr std::int16_t api_versions_newest = 3;  // with the client's name and version
void write_api_versions(buffer& to, std::int16_t version, std::int32_t correlation, std::string_view client_id,
                        std::string_view software_version);
/// `version`: of the request; a broker that does not know it answers in version 0 with an error.
[[nodiscard]] std::optional<api_versions_answer> read_api_versions(std::string_view response, std::int16_t version);

/// Version 1: what follows are SaslAuthenticate requests.
void write_sasl_handshake(buffer& to, std::int32_t correlation, std::string_view client_id, std::string_view mechanism);
struct sasl_handshake_answer {
  std::int16_t error = 0;
  std::vector<std::string_view> mechanisms;  // that the broker knows
};
[[nodiscard]] std::optional<sasl_handshake_answer> read_sasl_handshake(std::string_view response);

/// Version 0 or 1.
void write_sasl_authenticate(buffer& to, std::int16_t version, std::int32_t correlation, std::string_view client_id,
                             std::string_view message);
struct sasl_authenticate_answer {
  std::int16_t error = 0;
  std::string_view error_text;
  std::string_view message;
  std::int64_t lifetime_ms = 0;  // 0: the login does not end
};
[[nodiscard]] std::optional<sasl_authenticate_answer> read_sasl_authenticate(std::string_view response,
                                                                             std::int16_t version);

}  // namespace batching::kafka::wire
