// One append of a request on its way from the lane that has read it to the lane of its partition and back. Co-owned by
// the exchange that waits for it and by what is posted between the lanes; gives its bytes back to the budget at its
// end.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batching/arena.h"
#include "batching/in_flight.h"
#include "batching/record.h"
#include "batching/topic.h"
#include "gateway/runtime/lane.h"
#include "store/append.h"

namespace gateway::stores {

class append_job final : public ::store::append_listener, public std::enable_shared_from_this<append_job> {
 public:
  explicit append_job(runtime::lane& asking) noexcept : asking_(&asking) {}
  ~append_job();
  append_job(const append_job&) = delete;
  append_job& operator=(const append_job&) = delete;

  // On the asking lane, before it is sent. Bytes are copied.
  void set_aggregate(std::string_view aggregate, std::optional<std::uint64_t> expected_version);
  /// Of every event.
  void add_header(const batching::header& h);
  void add_event(std::string_view value, std::string_view id, std::span<const batching::header> own = {});
  /// Another instance has passed it on: it goes no further.
  void set_stays_here(bool stays) noexcept { stays_here_ = stays; }
  /// How long somebody waits for it.
  void set_time_max(std::chrono::milliseconds at_most) noexcept { time_max_ = at_most; }
  /// False: no room in the budget or the topic's share; nothing was taken.
  [[nodiscard]] bool reserve(std::shared_ptr<batching::topic> of);

  /// Called on the asking lane when the answer is there; empty: nobody waits any more.
  std::function<void()> on_answered;
  [[nodiscard]] const ::store::append_answer& answer() const noexcept { return answer_; }
  [[nodiscard]] std::string_view aggregate() const noexcept { return aggregate_; }
  [[nodiscard]] std::optional<std::uint64_t> expected_version() const noexcept { return expected_; }
  [[nodiscard]] std::size_t events() const noexcept { return events_.size(); }

  /// The instance that has answered, or would: on the asking lane once it is answered.
  [[nodiscard]] const std::string& owner() const noexcept { return owner_; }
  /// On the partition's lane, before it is told.
  void note_owner(std::string_view name) { owner_ = name; }
  [[nodiscard]] bool stays_here() const noexcept { return stays_here_; }
  [[nodiscard]] std::chrono::milliseconds time_max() const noexcept { return time_max_; }

  /// On the partition's lane: what the appender gets.
  [[nodiscard]] ::store::append begin();
  void on_appended(const ::store::append& what, const ::store::append_answer& result) noexcept override;
  /// There is no such partition to be asked.
  void fail() noexcept { on_appended({}, {}); }

 private:
  [[nodiscard]] std::int64_t cost_bytes() const noexcept;

  runtime::lane* asking_;
  batching::arena bytes_;
  std::string_view aggregate_;
  std::optional<std::uint64_t> expected_;
  std::vector<batching::header> headers_;
  std::vector<::store::event> events_;
  std::vector<std::vector<batching::header>> own_headers_;  // by event; empty: none has any
  bool stays_here_ = false;
  std::chrono::milliseconds time_max_{};
  std::int64_t payload_bytes_ = 0;
  std::int64_t header_bytes_ = 0;  // with each event
  std::int64_t reserved_bytes_ = 0;
  batching::in_flight* budget_ = nullptr;   // that it gives back to; the lane may be gone by then
  std::shared_ptr<batching::topic> topic_;  // co-owned by the topic table
  ::store::append_answer answer_;
  std::string owner_;
  std::shared_ptr<append_job> under_way_;  // itself, while an appender has it
};

}  // namespace gateway::stores
