// The listings of REST Proxy version 2: topics, partitions, brokers, as far as the gateway knows them. Read only; one
// function a path, and the endpoint that calls them and refuses in the dialect's form.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "batching/topic_table.h"
#include "gateway/api/rest_proxy/fault.h"
#include "gateway/http1/endpoint.h"

namespace gateway::api::rest_proxy {

using page_function = std::optional<http1::problem> (*)(const http1::call&, http1::reply&);

/// GET of either version.
class listing final : public http1::endpoint {
 public:
  using words = fault (*)(const http1::problem&);
  listing(page_function answer, std::string_view content_type, words of) noexcept
      : answer_(answer), content_type_(content_type), words_(of) {}
  http1::planned plan(const http1::call& c, http1::exchange& x) override;
  void refuse(const http1::problem& p, http1::reply& r) override;

 private:
  page_function answer_;
  std::string_view content_type_;
  words words_;
};

std::optional<http1::problem> v2_topics(const http1::call& c, http1::reply& r);
std::optional<http1::problem> v2_topic(const http1::call& c, http1::reply& r);
std::optional<http1::problem> v2_partitions(const http1::call& c, http1::reply& r);
std::optional<http1::problem> v2_partition(const http1::call& c, http1::reply& r);
std::optional<http1::problem> v2_brokers(const http1::call& c, http1::reply& r);

/// Returns what is wrong with a listing of version 2; of paths only the partition's number can be.
[[nodiscard]] fault v2_listing_fault(const http1::problem& p);

/// The topic of the path; a problem where there is none.
[[nodiscard]] std::optional<http1::problem> find_topic(const http1::call& c, const batching::topic_entry*& found);
/// Names of the topics that the client may see, sorted; valid during the call.
[[nodiscard]] std::vector<std::string_view> visible_topics(const http1::call& c);

}  // namespace gateway::api::rest_proxy
