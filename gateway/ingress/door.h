// The one way of events into the core, for every listener: topic, rules, key finder (plan), then decompress, read, take
// an ack, submit (take). One a lane, with its one cache of topic rules; lane thread only. Knows no socket and no
// protocol; sessions and dialects call it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "gateway/auth/guard.h"
#include "gateway/decode/buffer.h"
#include "gateway/decode/decoder.h"
#include "gateway/decode/decompress.h"
#include "gateway/ingress/client_header.h"
#include "gateway/ingress/event_routes.h"
#include "gateway/ingress/request.h"
#include "gateway/ingress/rules.h"
#include "gateway/runtime/lane.h"
#include "store/append.h"

namespace gateway::ingress {

/// A request whose topic and rules are found. Valid in the handler that made it.
struct plan {
  const batching::topic_entry* to = nullptr;
  const topic_rules* rules = nullptr;
  const decode::key_finder* keys = nullptr;  // nullptr: the key is given
  batching::ack_level level = batching::ack_level::broker;
  batching::intake_policy policy;
};

class door {
 public:
  static constexpr std::size_t decoded_bytes_kept = 1 << 20;  // of the decompressed body, between requests

  /// `of`: nullptr where no `auth` is configured.
  explicit door(runtime::lane& on, auth::authority* of = nullptr)
      : lane_(&on),
        guard_(of),
        rules_(on),
        routes_(*this),
        json_(decoder_),
        ndjson_(decoder_),
        document_(decoder_),
        opaque_(decoder_) {}
  door(const door&) = delete;
  door& operator=(const door&) = delete;

  /// verdict::taken here means: `out` is filled in, take() the body. No body is needed for it, and nothing is reserved.
  [[nodiscard]] answer find(const request& r, plan& out);
  /// Of a request that find() planned in the same handler.
  [[nodiscard]] answer take(const request& r, const plan& p, const body& b);
  /// Of a request without topic: each event's topic follows from its type (`routes`). verdict::unknown_topic: some
  /// topic is not known, nothing was taken; with r.asked_kafka such events are rejected instead.
  [[nodiscard]] answer take_routed(const request& r, const body& b);
  /// Both, with a question for room between them: `full` before the work of unpacking, not after.
  [[nodiscard]] answer take_announced(const request& r, const body& b, const announced_size& size);

  /// After `full`: is it worth to try again?
  [[nodiscard]] bool has_room(const batching::room_wanted& wanted, batching::clock::duration waited,
                              auth::principal who = {}) {
    return !lane_->budget().paused() && (wanted.of == nullptr || !lane_->should_wait(wanted, waited)) &&
           (who.of == nullptr || shortage_of(who).of == auth::bound::none);
  }

  /// Charges events that do not come by take(): the lane's decoded events count against the quota.
  void charge(auth::principal who);

  /// Lets requests and connections of this lane in; the door itself believes no other principals.
  [[nodiscard]] auth::guard& guard() noexcept { return guard_; }

  [[nodiscard]] runtime::lane& on() noexcept { return *lane_; }
  [[nodiscard]] decode::decoder& decoder() noexcept { return decoder_; }
  [[nodiscard]] body_reader& json() noexcept { return json_; }
  [[nodiscard]] body_reader& ndjson() noexcept { return ndjson_; }
  [[nodiscard]] body_reader& document() noexcept { return document_; }
  [[nodiscard]] body_reader& opaque() noexcept { return opaque_; }
  [[nodiscard]] body_reader& tombstone() noexcept { return tombstone_; }
  /// The rules of a topic that is known. Valid until the lane's settings change.
  [[nodiscard]] const topic_rules& rules_of(const batching::topic& t) { return rules_.of(t); }
  /// For a body that does not come through take(): of a topic with signed webhooks, whether `bytes` are signed.
  [[nodiscard]] std::optional<refusal> check_signature(const request& r, const plan& p, std::string_view bytes) const;

 private:
  [[nodiscard]] std::optional<refusal> read(const plan& p, const body& b);
  [[nodiscard]] std::optional<refusal> read_routed(const request& r, const body& b);
  void demand_json(const plan& p, const body& b);
  [[nodiscard]] std::optional<refusal> check_store(const request& r);
  [[nodiscard]] std::optional<refusal> set_event_ids(const request& r);
  [[nodiscard]] bool is_any_store() const noexcept;
  void set_timestamp(const request& r, const decode::timestamp_bounds& bounds);
  [[nodiscard]] answer submit_routed(const request& r, const body& b);
  [[nodiscard]] bool any_invalid(const body& b);
  void settle_nowhere(batching::ack& gathered);
  void settle_full(batching::ack& gathered, std::uint16_t destination);
  [[nodiscard]] std::optional<refusal> decompress(const body& b, std::string_view& plain);
  [[nodiscard]] std::optional<refusal> set_key(const request& r);
  void set_headers(const request& r);
  void name_client(const request& r, const config::topic_settings& of, std::uint16_t destination);
  [[nodiscard]] answer submit(const request& r, const plan& p, const body& b);
  [[nodiscard]] answer check_rights(const request& r);
  [[nodiscard]] auth::shortage shortage_of(auth::principal who);
  void charge(const request& r, batching::ack& gathered);
  [[nodiscard]] std::uint64_t decoded_bytes() const noexcept;

  runtime::lane* lane_;
  auth::guard guard_;
  rule_book rules_;
  event_routes routes_;
  std::optional<decode::key_finder> type_finder_;  // of the settings' version type_version_
  std::uint64_t type_version_ = 0;
  decode::decoder decoder_;
  const decode::key_finder own_ids_{{store::event_id_pointer}};
  decode::decompressor decompressor_;
  decode::buffer decompressed_;
  client_header client_header_;
  json_body json_;
  ndjson_body ndjson_;
  document_body document_;
  opaque_body opaque_;
  tombstone_body tombstone_;
};

/// The doors of some lanes, in their order. Built by app beside the lanes; outlives their sessions.
class doors {
 public:
  explicit doors(std::span<runtime::lane* const> lanes, auth::authority* of = nullptr) {
    for (runtime::lane* each : lanes) doors_.push_back(std::make_unique<door>(*each, of));
  }
  [[nodiscard]] std::span<const std::unique_ptr<door>> all() const noexcept { return doors_; }

 private:
  std::vector<std::unique_ptr<door>> doors_;
};

}  // namespace gateway::ingress
