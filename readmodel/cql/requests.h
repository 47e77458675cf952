// Requests of the native protocol as bytes: those that a projection needs. Pure. Used by conversation.h.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "readmodel/cql/wire.h"

namespace readmodel::cql {

enum class consistency : std::uint16_t {
  one = 0x0001,
  quorum = 0x0004,
  all = 0x0005,
  local_quorum = 0x0006,
  local_one = 0x000a,
};

struct query_options {
  consistency level = consistency::local_quorum;
  std::int32_t page_rows = 0;  // 0: all rows in one answer
  bytes paging_state;          // of the page before; empty: the first page
};

void write_startup(bytes& to, std::int16_t stream);
void write_auth_response(bytes& to, std::int16_t stream, std::string_view token);
void write_query(bytes& to, std::int16_t stream, std::string_view text, const std::vector<value>& values,
                 const query_options& options);
void write_prepare(bytes& to, std::int16_t stream, std::string_view text);
void write_execute(bytes& to, std::int16_t stream, std::string_view id, const std::vector<value>& values,
                   const query_options& options);

/// The token for PasswordAuthenticator: SASL PLAIN.
[[nodiscard]] bytes plain_token(std::string_view user, std::string_view password);

}  // namespace readmodel::cql
