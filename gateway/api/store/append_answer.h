// Writes what became of an append as an HTTP answer. Pure.
#pragma once

#include <string>
#include <string_view>

#include "gateway/http1/reply.h"
#include "store/append.h"

namespace gateway::api::store {

struct answered_append {
  std::string_view aggregate;
  std::uint64_t events = 0;
  std::int32_t partition = 0;
  bool is_precondition = false;  // see append_fields
  std::string_view owner;        // the instance that answered, or would; empty: not known, or there is but one
};

/// Fills in status, fields and body.
void write_answer(const ::store::append_answer& result, const answered_append& of, http1::reply& to);

/// A problem+json of the store's, whose body goes on behind what append_problem() writes. `more`: members, each
/// beginning with a comma.
void write_problem(http1::errc error, std::string_view detail, std::string_view more, http1::reply& to);

/// "ETag" and "Headgate-Aggregate-Version".
void add_version_fields(std::uint64_t version, http1::reply& to);
void add_owner_field(std::string_view owner, http1::reply& to);

}  // namespace gateway::api::store
