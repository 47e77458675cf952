// One READ frame under way: waits until it can be read, and writes one piece of the aggregate's events as the answer.
// Lives until it is answered. Lane thread only. Made by store_intake.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gateway/frames/store_messages.h"
#include "gateway/runtime/lane.h"
#include "gateway/stores/read_job.h"
#include "gateway/stores/stores.h"

namespace gateway::frames {

class store_read : public std::enable_shared_from_this<store_read> {
 public:
  using answer = std::function<void(std::string& out)>;
  using listener = std::function<void(answer)>;

  static void begin(stores::stores& all, runtime::lane& on, stores::place& at, const read_request& asked,
                    std::uint32_t answer_bytes_max, listener done);

  store_read(stores::stores& all, stores::place& at, const read_request& asked, std::uint32_t answer_bytes_max,
             listener done);

 private:
  void on_told(stores::read_readiness what);
  void write(std::string& out) const;
  void fail(store_status status, std::string text);
  [[nodiscard]] std::uint32_t piece_bytes() const noexcept;

  stores::stores* stores_;
  stores::place* at_;
  std::string aggregate_;
  read_request asked_;  // its views are not used
  std::uint32_t answer_bytes_max_;
  listener done_;
  std::shared_ptr<stores::read_job> job_;
  std::shared_ptr<store_read> under_way_;  // itself, until it is answered
};

}  // namespace gateway::frames
