#include "gateway/frames/store_read.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "gateway/frames/store_intake.h"
#include "store/reader.h"

namespace gateway::frames {

store_read::store_read(stores::stores& all, stores::place& at, const read_request& asked,
                       std::uint32_t answer_bytes_max, listener done)
    : stores_(&all),
      at_(&at),
      aggregate_(asked.aggregate),
      asked_(asked),
      answer_bytes_max_(answer_bytes_max),
      done_(std::move(done)) {}

void store_read::begin(stores::stores& all, runtime::lane& on, stores::place& at, const read_request& asked,
                       std::uint32_t answer_bytes_max, listener done) {
  const auto self = std::make_shared<store_read>(all, at, asked, answer_bytes_max, std::move(done));
  self->under_way_ = self;
  const auto patience = std::min<std::chrono::milliseconds>(std::chrono::milliseconds(asked.wait_ms),
                                                            on.settings().limits.answer_time_max);
  self->job_ =
      std::make_shared<stores::read_job>(all, on, at,
                                         stores::read_wanted{self->aggregate_, asked.at_least, asked.token_offset,
                                                             patience, asked.fresh, asked.stays_here});
  if (self->job_->start([raw = self.get()](stores::read_readiness what) { raw->on_told(what); }))
    self->on_told(stores::read_readiness::ready);
}

void store_read::on_told(stores::read_readiness what) {
  const auto self = std::exchange(under_way_, nullptr);
  switch (what) {
    case stores::read_readiness::ready: return done_([self](std::string& out) { self->write(out); });
    case stores::read_readiness::not_visible:
      return fail(store_status::not_visible, "what at_least or the token names is not visible in time: ask again");
    case stores::read_readiness::elsewhere:
    case stores::read_readiness::no_owner:
      return fail(store_status::no_owner, "nobody serves the aggregate's partition here at the moment: ask again");
  }
}

void store_read::fail(store_status status, std::string text) {
  done_([request = asked_.request, status, text = std::move(text), partition = at_->partition().number(),
         owner = stores_->owner_of(*at_)](std::string& out) {
    write_events(out, {request, 0, status, false, partition, text, owner}, 0, {});
  });
}

std::uint32_t store_read::piece_bytes() const noexcept {
  const std::uint32_t wanted = asked_.bytes_max == 0 ? store_intake::piece_bytes : asked_.bytes_max;
  return std::min({wanted, store_intake::piece_bytes_max, answer_bytes_max_ / 2});
}

void store_read::write(std::string& out) const {
  const ::store::partition_index& index = at_->partition().index();
  events_frame head{asked_.request, 0, store_status::done, false, at_->partition().number(), {}, {}};
  const auto seen = index.head_of(aggregate_);
  if (!seen) {
    head.status = store_status::unreadable;
    head.text = seen.error();
    return write_events(out, head, 0, {});
  }
  head.version = asked_.up_to == 0 ? seen->version : std::min(seen->version, asked_.up_to);
  ::store::read_range range;
  if (asked_.from > 0) range.from = asked_.from;
  range.limit = asked_.limit;
  range.towards = asked_.backward ? ::store::direction::backward : ::store::direction::forward;
  ::store::reader reader(index, aggregate_, head.version, range);
  std::string events;
  std::uint32_t count = 0;
  const std::size_t room = answer_bytes_max_ - header_bytes - events_fixed_bytes;
  bool is_cut = false;
  ::store::partition_index::result<void> done;
  if (!reader.is_done())
    done = reader.read(piece_bytes(), [&](const ::store::stored_event& e) {
      is_cut = is_cut || events.size() + sent_event_fixed_bytes + e.value.size() > room;
      if (is_cut) return;
      append_sent_event(events, {e.version, e.offset, e.timestamp_ms, e.value});
      ++count;
    });
  head.has_more = is_cut || !reader.is_done();
  if (!done || (is_cut && count == 0)) {
    head.status = store_status::unreadable;
    head.text = done ? "an event is larger than the receive_bytes_max of this client's HELLO" : done.error();
    return write_events(out, head, 0, {});
  }
  write_events(out, head, count, events);
}

}  // namespace gateway::frames
