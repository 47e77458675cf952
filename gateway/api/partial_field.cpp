#include "gateway/api/partial_field.h"

#include "gateway/api/v1/ingest_query.h"

namespace gateway::api {

boost::system::result<std::optional<config::partial_status>, http1::problem> partial_field_of(
    const http1::request_head& head) {
  constexpr auto field = http1::field::headgate_partial;
  if (!head.has(field)) return std::optional<config::partial_status>{};
  const auto status = v1::partial_status_of(head[field]);
  if (!status || head.has_repeated(field))
    return http1::problem{http1::errc::invalid_field, "Headgate-Partial must stand once and be 207 or 503"};
  return status;
}

}  // namespace gateway::api
