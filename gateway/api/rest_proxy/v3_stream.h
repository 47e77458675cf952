// A stream of records of version 3: each part of a chunked body that holds whole records is taken when it comes, and
// their reports go out as they settle, in order, while the request is still being sent. A wrong record gets its entry
// and the stream goes on; broken JSON gets one and ends it. Begun by v3_produce, one a lane; what a stream holds is in
// its exchange, bounded by the constants below.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/api/rest_proxy/document_scan.h"
#include "gateway/api/rest_proxy/v3_reader.h"
#include "gateway/http1/endpoint.h"
#include "gateway/ingress/door.h"

namespace gateway::api::rest_proxy {

class v3_stream final : public http1::endpoint {
 public:
  static constexpr std::size_t groups_max = 16;  // of records taken together, under way in one stream
  static constexpr std::size_t group_records_max = 512;
  static constexpr std::size_t group_bytes_max = 256 * 1024;  // a single record may be larger

  explicit v3_stream(ingress::door& to) : door_(&to), lane_(&to.on()), reader_(to.decoder()) {}

  /// The rest of a plan() that found everything in order; `asked` is copied.
  http1::planned begin(const http1::call& c, const ingress::request& asked, http1::exchange& x);

  http1::planned plan(const http1::call& c, http1::exchange& x) override;
  http1::fed feed(std::string_view bytes, http1::body_rest rest, http1::exchange& x) override;
  void write(http1::exchange& x, bool timed_out, std::string& body) override;
  void forget(http1::exchange& x) noexcept override;

 private:
  struct group;
  struct state;
  struct cut {
    std::size_t bytes = 0;
    std::size_t records = 0;
    document_scan scan;  // where `records` is 0: behind all bytes
    document_scan::found last = document_scan::found::nothing;
  };
  [[nodiscard]] static cut cut_group(document_scan from, std::string_view bytes, bool is_last);
  [[nodiscard]] bool take_group(std::string_view documents, std::size_t records, state& s, http1::exchange& x);
  [[nodiscard]] bool answer(const ingress::answer& said, std::size_t records, std::unique_ptr<group> g, state& s);
  void let_go(group& g) noexcept;
  void end_input(state& s, http1::body_rest rest, std::size_t left, document_scan::found last) const;
  [[nodiscard]] fault half_a_record(http1::body_rest rest) const;
  void set_deadline(const state& s, http1::exchange& x) const;

  ingress::door* door_;
  runtime::lane* lane_;
  v3_documents reader_;
};

}  // namespace gateway::api::rest_proxy
