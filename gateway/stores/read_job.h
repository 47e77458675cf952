// The steps before a read of one aggregate: its partition is served here, what the reader wants to see is visible,
// and Kafka has said that this instance is still the owner, where that is asked for. Belongs to who reads; what waits
// elsewhere holds it weakly, so letting go of it ends it. Lane thread only.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gateway/runtime/lane.h"
#include "gateway/stores/stores.h"

namespace gateway::stores {

struct read_wanted {
  std::string aggregate;
  std::uint64_t at_least = 0;      // a version
  std::int64_t token_offset = -1;  // of the partition
  std::chrono::milliseconds wait{};
  bool fresh = false;
  bool stays_here = false;  // another instance has passed it on: it goes no further
};

enum class read_readiness : std::uint8_t {
  ready,        // read it from the place's index
  elsewhere,    // another instance owns the partition: ask that one
  no_owner,     // nobody does, in time
  not_visible,  // what is wanted is not there in time
};

class read_job final : public std::enable_shared_from_this<read_job> {
 public:
  using listener = std::function<void(read_readiness)>;

  read_job(stores& all, runtime::lane& asking, place& at, read_wanted what)
      : stores_(&all), asking_(&asking), at_(&at), wanted_(std::move(what)) {}

  /// True: it is ready, and `done` is forgotten. False: `done` is called once, in a later handler.
  [[nodiscard]] bool start(listener done);
  [[nodiscard]] place& at() const noexcept { return *at_; }
  [[nodiscard]] const read_wanted& wanted() const noexcept { return wanted_; }

 private:
  [[nodiscard]] bool is_visible() const;
  void go_on();
  void wait();
  void prove();
  void tell(read_readiness what);

  stores* stores_;
  runtime::lane* asking_;
  place* at_;
  read_wanted wanted_;
  listener done_;
  std::optional<boost::asio::steady_timer> timer_;  // of the wait
};

}  // namespace gateway::stores
