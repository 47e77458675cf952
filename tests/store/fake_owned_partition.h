// A partition whose log is a vector: appends are written when the test says so, or at once where it is given a way to
// call later.
#pragma once

#include <cassert>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "store/log_sink.h"
#include "store/owned_partition.h"

namespace store::testing {

struct logged {
  std::string key;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers;
  std::int64_t timestamp_ms = 0;
};

class fake_owned_partition final : public owned_partition {
 public:
  fake_owned_partition(std::vector<logged>& log, log_sink& sink, ownership_events& events)
      : log_(&log), sink_(&sink), events_(&events) {}

  /// Gives the log from `from` on to the sink, then the ownership.
  void gain(std::int64_t from = 0) {
    read(from);
    sink_->on_caught_up();
    is_serving = true;
    status_.is = ownership_state::serving;
    events_->on_gained();
  }
  void lose(ownership_reason why = ownership_reason::fenced) {
    is_serving = false;
    status_.is = ownership_state::lost;
    events_->on_lost(why);
  }
  /// Settles what append() was given.
  void settle(batching::outcome fate = batching::outcome::persisted, batching::reason why = batching::reason::none) {
    assert(!under_way.empty());
    append_result result{fate, why, -1};
    if (fate == batching::outcome::persisted) {
      result.first_offset = static_cast<std::int64_t>(log_->size());
      keep();
      read(result.first_offset);
    }
    events_->on_settled(std::exchange(under_way, {}), result);
  }

  void should_own(bool should) override { should_be_owner = should; }
  [[nodiscard]] const ownership_status& status() const noexcept override { return status_; }
  [[nodiscard]] bool can_append() const noexcept override { return is_serving && under_way.empty(); }
  [[nodiscard]] std::size_t append_bytes_max() const noexcept override { return bytes_max; }
  [[nodiscard]] bool ask_turn(std::size_t) override { return can_append(); }
  void append(batches parts) override {
    assert(can_append());
    under_way = std::move(parts);
    if (on_append) on_append();
  }
  void prove(std::function<void(bool)> done) override {
    proofs.push_back(std::move(done));
    if (on_prove) on_prove();
  }

  bool is_serving = false;
  bool is_closed = false;
  bool should_be_owner = false;
  std::size_t bytes_max = 500'000;
  batches under_way;
  std::vector<std::function<void(bool)>> proofs;
  std::function<void()> on_append;
  std::function<void()> on_prove;

 private:
  void keep() {
    for (const auto& b : under_way)
      for (const batching::record& r : b->records()) {
        logged& to = log_->emplace_back();
        to.key = r.key_view();
        to.value = r.value_view();
        to.timestamp_ms = b->timestamp_ms_of(r);
        for (const auto& h : b->headers_of(r)) to.headers.emplace_back(h.name, h.value);
      }
  }

  void read(std::int64_t from) {
    for (auto at = from; at < static_cast<std::int64_t>(log_->size()); ++at) {
      const logged& l = (*log_)[static_cast<std::size_t>(at)];
      std::vector<batching::header> headers;
      for (const auto& [name, value] : l.headers) headers.push_back({name, value});
      const log_record r{at, l.timestamp_ms, true, true, l.key, l.value, headers};
      log_batch b;
      b.records = {&r, 1};
      sink_->on_batch(b);
    }
    status_.next_offset = static_cast<std::int64_t>(log_->size());
    sink_->on_position({status_.next_offset, {}});
  }

  std::vector<logged>* log_;
  log_sink* sink_;
  ownership_events* events_;
  ownership_status status_;
};

}  // namespace store::testing
