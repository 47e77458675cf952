#include "gateway/stores/append_job.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "batching/batch.h"

namespace gateway::stores {

append_job::~append_job() {
  if (reserved_bytes_ == 0) return;
  budget_->release(reserved_bytes_);
  topic_->release(reserved_bytes_);
}

void append_job::set_aggregate(std::string_view aggregate, std::optional<std::uint64_t> expected_version) {
  aggregate_ = bytes_.copy(aggregate);
  expected_ = expected_version;
}

void append_job::add_header(const batching::header& h) {
  headers_.push_back({bytes_.copy(h.name), bytes_.copy(h.value)});
  header_bytes_ += static_cast<std::int64_t>(h.name.size() + h.value.size()) + batching::batch::header_overhead_bytes;
}

void append_job::add_event(std::string_view value, std::string_view id, std::span<const batching::header> own) {
  events_.push_back({bytes_.copy(value), bytes_.copy(id), {}});
  payload_bytes_ += static_cast<std::int64_t>(value.size() + id.size() + aggregate_.size());
  if (own.empty()) return;
  own_headers_.resize(events_.size());
  for (const batching::header& h : own) {
    own_headers_.back().push_back({bytes_.copy(h.name), bytes_.copy(h.value)});
    payload_bytes_ +=
        static_cast<std::int64_t>(h.name.size() + h.value.size()) + batching::batch::header_overhead_bytes;
  }
}

// Its bytes stand here, and in the record batch or in the frame that passes them on.
std::int64_t append_job::cost_bytes() const noexcept {
  return static_cast<std::int64_t>(bytes_.reserved_bytes()) + payload_bytes_ +
         static_cast<std::int64_t>(events_.size()) * (batching::batch::record_overhead_bytes + header_bytes_);
}

bool append_job::reserve(std::shared_ptr<batching::topic> of) {
  batching::in_flight& budget = asking_->budget();
  const std::int64_t cost = cost_bytes();
  if (budget.paused() || !budget.reserve(cost)) return false;
  if (!of->reserve(cost, budget.share_bytes())) {
    budget.release(cost);
    return false;
  }
  budget_ = &budget;
  topic_ = std::move(of);
  reserved_bytes_ = cost;
  return true;
}

::store::append append_job::begin() {
  for (::store::event& e : events_) e.headers = headers_;
  for (std::size_t i = 0; i < own_headers_.size(); ++i)
    if (!own_headers_[i].empty()) events_[i].headers = own_headers_[i];
  under_way_ = shared_from_this();
  return {aggregate_, expected_, events_, this, 0};
}

void append_job::on_appended(const ::store::append&, const ::store::append_answer& result) noexcept {
  answer_ = result;
  boost::asio::post(asking_->io(), [self = shared_from_this()] {
    if (self->on_answered) std::exchange(self->on_answered, {})();
  });
  under_way_.reset();
}

}  // namespace gateway::stores
