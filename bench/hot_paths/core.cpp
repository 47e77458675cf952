#include "bench/hot_paths/core.h"

#include <cassert>
#include <string_view>

#include "bench/references/event_pool.h"
#include "gateway/api/v1/answer.h"
#include "gateway/frames/bytes.h"

namespace bench::hot_paths {
namespace {

std::shared_ptr<const gateway::config::settings> one_lane() {
  auto s = std::make_shared<gateway::config::settings>();
  s->lanes = 1;
  s->batch.linger = {};  // nothing waits for company: a request's work is its own, whatever the clock says
  return s;
}

}  // namespace

void instant_publisher::publish(std::unique_ptr<batching::batch> sealed) noexcept {
  const auto count = static_cast<std::uint32_t>(sealed->records().size());
  sealed->settle({.first = 0, .count = count, .fate = batching::outcome::persisted, .offset = next_offset_});
  next_offset_ += count;
  batching::batch_home& home = sealed->home();
  home.take_back(std::move(sealed));
}

core::core(const core_shape& shape)
    : settings_(one_lane()),
      budget_(64 << 20, 48 << 20, 32 << 20),
      lane_(std::make_unique<gateway::runtime::lane>(0, settings_, world_, publisher_, budget_)),
      keys_({"/aggregateId", "/aggregate_id"}),
      events_per_request_(shape.events_per_request) {
  topic_.shared = std::make_shared<batching::topic>("events", 0);
  topic_.shared->grow(shape.partitions);
  topic_.partitions = topic_.partitions_keyed = shape.partitions;
  how_.keys = &keys_;
  how_.validate = shape.validate;

  const references::event_pool pool({.events = bodies * shape.events_per_request, .event_bytes = shape.event_bytes});
  for (std::size_t b = 0; b < bodies; ++b) {
    std::string& body = bodies_.emplace_back();
    std::string& block = blocks_.emplace_back();
    for (std::size_t i = b * shape.events_per_request; i < (b + 1) * shape.events_per_request; ++i) {
      body.append(pool.value(i)).append("\n");
      gateway::frames::append<std::uint32_t>(block, static_cast<std::uint32_t>(pool.value(i).size()));
      gateway::frames::append<std::uint16_t>(block, static_cast<std::uint16_t>(pool.key(i).size()));
      gateway::frames::append<std::uint16_t>(block, 0);
      block.append(pool.key(i)).append(pool.value(i));
    }
    body.reserve(body.size() + gateway::decode::decoder::padding_bytes);
  }
}

core::~core() = default;

void core::ndjson_request() {
  decode();
  submit();
}

void core::decode() {
  const std::string& body = bodies_[next_++ % bodies];
  const auto read = decoder_.ndjson(body, how_, lane_->decoded());
  assert(read && lane_->decoded().size() == events_per_request_);
  (void)read;
}

void core::decode_frame() {
  const auto fault =
      records_.read(blocks_[next_++ % bodies], static_cast<std::uint32_t>(events_per_request_), lane_->decoded());
  assert(!fault);
  (void)fault;
}

void core::submit() {
  const std::uint64_t before = answered_events_;
  batching::ack& answer = lane_->take_ack();
  answer.begin(this, static_cast<std::uint32_t>(events_per_request_), false);
  const auto taken =
      lane_->submit(topic_, {}, lane_->decoded(), answer, batching::ack_level::broker, metrics::listener::http);
  assert(taken == batching::admission::taken);
  (void)taken;
  answer.seal();
  while (answered_events_ == before) lane_->io().poll();
}

void core::on_acked(batching::ack& settled) noexcept {
  const gateway::api::v1::answer_how how;
  answer_.clear();
  const auto counted = gateway::api::v1::tally_of(settled, how);
  gateway::api::v1::append_answer(answer_, settled, how, counted, gateway::api::v1::status_of(counted, how.partial));
  answered_events_ += settled.events();
  lane_->give_back(settled);
}

}  // namespace bench::hot_paths
