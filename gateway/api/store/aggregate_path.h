// The part that all endpoints of one aggregate share: the topic is a store, the aggregate's name can be a key, and
// the name decides the partition it lives in.
#pragma once

#include <boost/system/result.hpp>
#include <string_view>

#include "batching/topic_table.h"
#include "gateway/http1/endpoint.h"
#include "gateway/http1/problem.h"
#include "gateway/ingress/door.h"
#include "gateway/stores/stores.h"

namespace gateway::api::store {

inline constexpr std::string_view aggregate_path = "/v1/topics/{topic}/aggregates/{id}/events";
inline constexpr std::size_t aggregate_segment = 4;

struct found_aggregate {
  std::string_view name;  // of the target: valid as long as that
  std::int32_t partition = 0;
  stores::place* at = nullptr;  // nullptr: the partition is not known here yet
  ingress::plan topic;
};

[[nodiscard]] boost::system::result<found_aggregate, http1::problem> find_aggregate(const http1::call& c,
                                                                                    ingress::door& door,
                                                                                    const stores::stores& all);

/// Parameters beyond `known` are an error, but for cache busters and what the topic ignores.
[[nodiscard]] std::optional<http1::problem> check_parameters(const http1::call& c,
                                                             std::span<const std::string_view> known);

}  // namespace gateway::api::store
