#include "loadgen/load/feed.h"

#include <algorithm>

#include "loadgen/events/checksum.h"
#include "loadgen/events/mark.h"
#include "loadgen/events/replay.h"
#include "loadgen/events/source.h"
#include "loadgen/plan/options.h"
#include "loadgen/timing/pace.h"
#include "loadgen/units/wall_clock.h"

namespace loadgen::load {

namespace {

char separator_of(const plan::run_plan& plan) {
  return plan.protocol == plan::protocol_kind::http && plan.format == plan::body_format::json ? ',' : '\n';
}

void make_room(wire::request& what, const plan::run_plan& plan, std::size_t count) {
  const std::size_t room = wire::request::head_room + count * (plan.event_size_max + 1) + 16;
  if (what.buffer.size() < room) what.buffer.resize(room);
}

class generated_feed final : public feed {
 public:
  generated_feed(const plan::run_plan& plan, std::uint32_t stream, std::uint64_t quota, double weight)
      : plan_(plan),
        quota_(quota),
        source_(plan.images, {plan.aggregates, plan.connections, stream}, plan.how, plan.seed),
        pace_(plan.rate, weight, static_cast<double>(stream) * plan.batch, plan.burst) {}

  bool empty() const override { return quota_ == 0; }

  std::chrono::nanoseconds due() const override {
    return plan_.rate.closed_loop() ? std::chrono::nanoseconds(0) : pace_.due(taken_);
  }

  void fill(wire::request& what, std::chrono::nanoseconds) override {
    make_room(what, plan_, plan_.batch);
    what.events.resize(next_count());
    const std::string_view timestamp = wall_.text(std::chrono::system_clock::now());
    const char separator = separator_of(plan_);
    char* const body = what.body();
    std::uint32_t offset = 0;
    for (wire::request_event& e : what.events) {
      const events::written_event written = source_.write(body + offset, timestamp);
      e = {written.number, written.aggregate, offset, written.size};
      offset += written.size;
      body[offset++] = separator;
    }
    what.body_size = offset;
    skip();
  }

  std::uint32_t skip() override {
    const std::uint32_t count = next_count();
    quota_ -= count;
    taken_ += count;
    return count;
  }

 private:
  std::uint32_t next_count() const { return static_cast<std::uint32_t>(std::min<std::uint64_t>(plan_.batch, quota_)); }

  const plan::run_plan& plan_;
  std::uint64_t quota_;
  std::uint64_t taken_ = 0;
  events::source source_;
  timing::pace pace_;
  units::wall_clock wall_;
};

/// The file's events of the aggregates that belong to this stream. A request takes what is due, a batch at most.
class replay_feed final : public feed {
 public:
  replay_feed(const plan::run_plan& plan, std::uint32_t stream) : plan_(plan), stream_(stream) {
    sequences_.resize(plan.aggregates / plan.connections + 1, 0);
    const auto& all = plan.replay->events();
    const std::size_t end =
        static_cast<std::size_t>(std::min<std::uint64_t>(all.size(), plan.events.value_or(all.size())));
    for (std::uint32_t i = 0; i < end; ++i) {
      if (all[i].aggregate % plan.connections == stream) mine_.push_back(i);
    }
  }

  bool empty() const override { return next_ == mine_.size(); }
  std::chrono::nanoseconds due() const override { return empty() ? std::chrono::nanoseconds::max() : event(next_).due; }

  void fill(wire::request& what, std::chrono::nanoseconds since_start) override {
    std::size_t end = next_ + 1;
    while (end < mine_.size() && end - next_ < plan_.batch && event(end).due <= since_start) ++end;
    make_room(what, plan_, end - next_);
    what.events.clear();
    const char separator = separator_of(plan_);
    char* const body = what.body();
    std::uint32_t offset = 0;
    for (; next_ < end; ++next_) {
      const events::replay_event& from = event(next_);
      const std::uint32_t size = write(from, body + offset);
      what.events.push_back({static_cast<std::uint32_t>(next_), from.aggregate, offset, size});
      offset += size;
      body[offset++] = separator;
    }
    what.body_size = offset;
  }

  std::uint32_t skip() override {
    ++next_;
    return 1;
  }

 private:
  const events::replay_event& event(std::size_t i) const { return plan_.replay->events()[mine_[i]]; }

  std::uint32_t write(const events::replay_event& from, char* at) {
    const std::uint32_t sequence = ++sequences_[from.aggregate / plan_.connections];
    const events::mark id{plan_.run, stream_, static_cast<std::uint32_t>(next_), from.aggregate, sequence, 0};
    const std::size_t size = plan_.replay->write(from, at, to_string(id));
    events::write_hex8(at + events::replay_file::mark_member.size() + events::mark::sum_at,
                       events::checksum({at, size}));
    return static_cast<std::uint32_t>(size);
  }

  const plan::run_plan& plan_;
  const std::uint32_t stream_;
  std::vector<std::uint32_t> mine_;
  std::vector<std::uint32_t> sequences_;
  std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<feed> make_feed(const plan::run_plan& plan, std::uint32_t stream, std::uint64_t quota, double weight) {
  if (plan.replay) return std::make_unique<replay_feed>(plan, stream);
  return std::make_unique<generated_feed>(plan, stream, quota, weight);
}

}  // namespace loadgen::load
