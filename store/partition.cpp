#include "store/partition.h"

#include <algorithm>
#include <utility>

namespace store {

partition::partition(std::shared_ptr<batching::topic> of, std::int32_t number, std::unique_ptr<partition_index> index,
                     const appender_bounds& bounds, partition_notices& notices)
    : topic_(std::move(of)),
      number_(number),
      index_(std::move(index)),
      notices_(&notices),
      fold_(*index_, [this](const version_mismatch& m) { on_mismatch(m); }),
      appender_(topic_, number_, *index_, *this, *this, bounds) {}

void partition::on_mismatch(const version_mismatch& what) {
  appender_.recount(what.offset, what.counted);
  notices_->on_version_mismatch(*topic_, number_, what);
}

void partition::attach(owned_partition& driver) {
  driver_ = &driver;
  fold_.forget();
  failed_ = false;
  if (should_own_) driver_->should_own(true);
}

void partition::should_own(bool should) {
  should_own_ = should;
  if (driver_ != nullptr && !failed_) driver_->should_own(should);
}

bool partition::wants_pump() const noexcept {
  return driver_ != nullptr && appender_.is_owner() && appender_.wants_pump() && driver_->can_append();
}

void partition::pump(batching::clock::time_point now, std::int64_t wall_ms) {
  if (driver_ == nullptr || !appender_.is_owner() || appender_.undecided() == 0) return;
  if (driver_->ask_turn(appender_.undecided())) on_turn(now, wall_ms);
}

void partition::on_turn(batching::clock::time_point now, std::int64_t wall_ms) {
  if (!wants_pump()) return;
  appender_.set_batch_bytes_max(driver_->append_bytes_max());
  appender_.pump(now, wall_ms);
  prove_conflicts();
  if (!appender_.index_error().empty()) fail(appender_.index_error());
}

// Those of one pump together.
void partition::prove_conflicts() {
  const auto found = std::make_shared<conflicts>(appender_.take_conflicts());
  if (found->empty()) return;
  unproven_.push_back(found);
  driver_->prove([this, found](bool is_owner) {
    tell_conflicts(*found, is_owner);
    std::erase(unproven_, found);
  });
}

void partition::tell_conflicts(conflicts& of, bool is_owner) noexcept {
  for (const appender::conflict& each : std::exchange(of, {})) appender_.tell_conflict(each, is_owner);
}

void partition::publish(std::unique_ptr<batching::batch> whole) noexcept {
  batches parts;
  parts.push_back(std::move(whole));
  has_under_way_.store(true, std::memory_order_release);
  driver_->append(std::move(parts));
}

void partition::on_batch(const log_batch& read) {
  if (failed_) return;
  for (const log_record& r : read.records)
    if (auto done = fold_.add(r); !done) return fail(done.error());
}

void partition::on_position(const log_position& position) {
  if (failed_) return;
  if (auto done = fold_.flush(position); !done) return fail(done.error());
  tell_waits();
}

void partition::on_restart(std::int64_t from) {
  serving_ = false;
  caught_up_ = false;
  fold_.forget();
  auto done = index_->clear();
  if (done) done = index_->write({}, {from, {}});
  if (!done) fail(done.error());
}

void partition::on_gained() {
  if (failed_) return;
  appender_.own();
  serving_.store(true, std::memory_order_release);
  if (on_wants_pump) on_wants_pump();
}

void partition::on_lost(ownership_reason) {
  serving_.store(false, std::memory_order_release);
  appender_.lose();
  for (const auto& each : std::exchange(unproven_, {})) tell_conflicts(*each, false);
  for (wait& w : std::exchange(waits_, {})) w.done(false);
}

void partition::on_settled(batches parts, const append_result& result) {
  std::uint32_t records = 0;
  has_under_way_.store(false, std::memory_order_release);
  for (const auto& b : parts) records += static_cast<std::uint32_t>(b->records().size());
  appender_.settle({0, records, result.fate, result.why, result.first_offset});
  if (wants_pump() && on_wants_pump) on_wants_pump();
}

// Events in Kafka stay there: they are folded again, here or by another instance.
void partition::fail(const std::string& why) {
  if (failed_) return;
  notices_->on_index_failed(*topic_, number_, why);
  stand_down();
}

void partition::stand_down() {
  if (std::exchange(failed_, true)) return;
  if (driver_ != nullptr) driver_->should_own(false);
  on_lost(ownership_reason::none);
}

void partition::close() {
  on_lost(ownership_reason::none);
  appender_.settle({});
}

bool partition::wait_for(visibility what, std::function<bool()> is_wanted, std::function<void(bool)> done) {
  std::erase_if(waits_, [](const wait& w) { return !w.is_wanted(); });
  if (waits_.size() >= waits_max) return false;
  waits_.push_back({std::move(what), std::move(is_wanted), std::move(done)});
  tell_waits();
  return true;
}

void partition::tell_waits() {
  if (waits_.empty()) return;
  std::vector<wait> all = std::exchange(waits_, {});
  for (wait& w : all) {
    if (!w.is_wanted()) continue;
    if (is_visible(w.what))
      w.done(true);
    else
      waits_.push_back(std::move(w));
  }
}

bool partition::is_visible(const visibility& what) const {
  if (index_->applied_offset() <= what.offset) return false;
  if (what.version == 0) return true;
  const auto head = index_->head_of(what.aggregate);
  return head && head->version >= what.version;
}

}  // namespace store
