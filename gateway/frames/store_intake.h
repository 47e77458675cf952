// APPEND and READ frames in the event store's words: finds topic, rights and partition, hands appends to the stores,
// waits for what a read wants, and writes the frame that answers. One a lane, shared by its TCP sessions; knows no
// socket. Lane thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/auth/principal.h"
#include "gateway/auth/tenant.h"
#include "gateway/frames/store_messages.h"
#include "gateway/ingress/door.h"
#include "gateway/stores/append_job.h"
#include "gateway/stores/stores.h"

namespace gateway::frames {

class store_intake {
 public:
  static constexpr std::uint32_t piece_bytes = 64 * 1024;  // of the events in one answer, where the client does not say
  static constexpr std::uint32_t piece_bytes_max = 256 * 1024;

  /// The sender of a request. A peer has asked for rights where the request came in.
  struct sender {
    auth::principal who;
    bool is_peer = false;
    std::uint32_t answer_bytes_max = 0;  // the largest frame it takes
  };
  /// Appends the frame that answers. Called when there is room for it; reads from the index, so it costs.
  using answer = std::function<void(std::string& out)>;
  /// Once a request, on the lane; maybe from within.
  using listener = std::function<void(answer)>;

  /// `all`: nullptr where there are no stores.
  store_intake(ingress::door& to, stores::stores* all) noexcept : door_(&to), stores_(all) {}

  /// A fault ends the connection, and `done` is not called. Bytes are copied.
  [[nodiscard]] fault append(std::string_view payload, const sender& from, const listener& done);
  [[nodiscard]] fault read(std::string_view payload, const sender& from, const listener& done);

 private:
  struct gathered;
  struct found_topic {
    const batching::topic_entry* entry = nullptr;
    const config::topic_settings* how = nullptr;
    store_status status = store_status::done;
  };

  [[nodiscard]] found_topic find(std::string_view topic, auth::right wants, const sender& from);
  [[nodiscard]] fault read_appends(const append_request& frame, const found_topic& topic, gathered& into);
  [[nodiscard]] fault read_events(append_reader& reader, const append_unit& unit, const config::topic_settings& how,
                                  stores::append_job& into, gathered& of);
  void send(const std::shared_ptr<gathered>& all, std::uint32_t timeout_ms);
  [[nodiscard]] fault again_when_known(bool is_append, std::string_view payload, const sender& from,
                                       const listener& done);
  void refuse_append(std::uint64_t request, store_status status, std::string text, const listener& done) const;
  void refuse_read(std::uint64_t request, store_status status, std::string text, const listener& done) const;

  ingress::door* door_;
  stores::stores* stores_;
  bool asked_kafka_ = false;  // of the request at hand
};

}  // namespace gateway::frames
