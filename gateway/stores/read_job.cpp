#include "gateway/stores/read_job.h"

#include <utility>

namespace gateway::stores {

bool read_job::start(listener done) {
  if (at_->partition().is_serving() && is_visible() && !wanted_.fresh) return true;
  done_ = std::move(done);
  if (at_->partition().is_serving()) return go_on(), false;
  stores_->seek(*at_, *asking_, wanted_.stays_here, [weak = weak_from_this()](whereabouts where) {
    const auto self = weak.lock();
    if (!self) return;
    if (where == whereabouts::here) return self->go_on();
    self->tell(where == whereabouts::elsewhere ? read_readiness::elsewhere : read_readiness::no_owner);
  });
  return false;
}

bool read_job::is_visible() const {
  const ::store::partition_index& index = at_->partition().index();
  if (index.applied_offset() <= wanted_.token_offset) return false;
  if (wanted_.at_least == 0) return true;
  const auto head = index.head_of(wanted_.aggregate);
  return head && head->version >= wanted_.at_least;
}

void read_job::go_on() {
  if (!is_visible()) return wait();
  if (wanted_.fresh) return prove();
  tell(read_readiness::ready);
}

// The timer and Kafka's confirmed writes run for it; the later one finds it told.
void read_job::wait() {
  timer_.emplace(asking_->io());
  timer_->expires_after(wanted_.wait);
  timer_->async_wait([weak = weak_from_this()](boost::system::error_code error) {
    if (const auto self = weak.lock(); self && !error) self->tell(read_readiness::not_visible);
  });
  stores_->wait_for(
      *at_, *asking_, {wanted_.aggregate, wanted_.at_least, wanted_.token_offset},
      [weak = weak_from_this()] { return !weak.expired(); },
      [weak = weak_from_this()](bool is_visible) {
        const auto self = weak.lock();
        if (!self || !self->done_) return;
        self->timer_->cancel();
        if (!is_visible) return self->tell(read_readiness::no_owner);
        if (self->wanted_.fresh) return self->prove();
        self->tell(read_readiness::ready);
      });
}

void read_job::prove() {
  stores_->prove(*at_, *asking_, [weak = weak_from_this()](bool is_owner) {
    if (const auto self = weak.lock()) self->tell(is_owner ? read_readiness::ready : read_readiness::no_owner);
  });
}

void read_job::tell(read_readiness what) {
  if (done_) std::exchange(done_, nullptr)(what);
}

}  // namespace gateway::stores
