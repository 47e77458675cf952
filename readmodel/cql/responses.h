// Responses of the native protocol, decoded from bytes that anybody may have sent. Pure. Used by conversation.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "readmodel/cql/server_error.h"
#include "readmodel/cql/wire.h"

namespace readmodel::cql {

/// Of one answer; more rows follow where `paging_state` is not empty.
struct rows {
  std::vector<std::string> columns;
  std::vector<std::vector<value>> list;
  bytes paging_state;

  /// The position of the named column in a row; nullopt: there is none.
  [[nodiscard]] std::optional<std::size_t> index_of(std::string_view column) const noexcept;
};

struct done {};  // void, a schema change, a keyspace that was set
struct prepared {
  bytes id;
};
struct ready {};
struct authenticate {
  std::string by;  // the authenticator's class
};
struct auth_challenge {
  bytes token;
};
struct auth_success {};

using response = std::variant<done, rows, prepared, ready, authenticate, auth_challenge, auth_success, server_error>;

/// nullopt: not a response of this protocol.
[[nodiscard]] std::optional<response> read_response(const frame_header& header, std::string_view body);

}  // namespace readmodel::cql
