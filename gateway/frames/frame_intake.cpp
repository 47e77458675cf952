#include "gateway/frames/frame_intake.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace gateway::frames {
namespace {

using verdict = frame_intake::verdict;

frame_intake::result refused(frames::frame_status status, std::string text) {
  frame_intake::result r;
  r.what = verdict::refused;
  r.status = status;
  r.text = std::move(text);
  return r;
}

frame_intake::result broken(frames::violation why) {
  frame_intake::result r;
  r.what = verdict::broken;
  r.why = why.code;
  r.text = std::move(why.text);
  return r;
}

frame_intake::result only(verdict what) {
  frame_intake::result r;
  r.what = what;
  return r;
}

frame_intake::result full(const batching::room_wanted& wanted) {
  frame_intake::result r = only(verdict::full);
  r.wanted = wanted;
  return r;
}

bool wants_none(const frames::publish& from, const config::topic_settings& how) noexcept {
  if (from.ack == frames::ack_request::topic_default) return how.ack == config::ack_level::none;
  return from.ack == frames::ack_request::none;
}

batching::intake_policy policy_of(const frames::publish& from, const config::topic_settings& how) noexcept {
  batching::intake_policy policy = how.intake;
  switch (from.on_invalid) {
    case frames::on_invalid_request::topic_default: break;
    case frames::on_invalid_request::skip: policy.invalid = batching::on_invalid::skip; break;
    case frames::on_invalid_request::fence: policy.invalid = batching::on_invalid::fence; break;
    case frames::on_invalid_request::refuse: policy.invalid = batching::on_invalid::refuse; break;
  }
  return policy;
}

/// A text that outlives `one_`: within the value it does already.
std::string_view outlive(std::string_view text, std::string_view value, batching::events& keeper) {
  const bool within = text.data() >= value.data() && text.data() + text.size() <= value.data() + value.size();
  return text.empty() || within ? text : keeper.keep(std::string(text));
}

}  // namespace

frame_intake::result frame_intake::take(const frames::publish& from, batching::clock::duration waited,
                                        batching::ack_listener& listener) {
  const batching::topic_entry* to = lane_->topics().find(from.topic);
  if (to == nullptr || to->partitions <= 0) return only(verdict::unknown_topic);
  const config::topic_settings& how = lane_->settings().of_topic(to->shared->name());
  if (from.ack == frames::ack_request::none && !how.ack_none_allowed)
    return refused(frames::frame_status::ack_not_allowed, "this topic does not allow ack none: ask for ack broker");
  if (from.records == 0)
    return refused(frames::frame_status::no_records, "the frame has no records: send at least one");
  const batching::room_wanted wanted = batching::room_for(*to, how.intake, from.records, from.records_bytes);
  if (!has_room(wanted, waited)) return full(wanted);  // before the work of unpacking, not after
  result said = submit(from, *to, how, listener);
  said.wanted = wanted;
  return said;
}

frame_intake::result frame_intake::submit(const frames::publish& from, const batching::topic_entry& to,
                                          const config::topic_settings& how, batching::ack_listener& listener) {
  std::string_view block = from.block;
  if (frames::fault wrong = unpack(from, block)) return broken(std::move(*wrong));
  batching::events& list = lane_->decoded();
  if (frames::fault wrong = records_.read(block, from.records, list)) return broken(std::move(*wrong));
  if (from.json) look_into(how);

  const bool none = wants_none(from, how);
  batching::ack& answer = lane_->take_ack();
  answer.begin(&listener, from.records, !none && from.results == frames::results::positions);
  const auto when = none ? batching::answer_when::accepted : batching::answer_when::settled;
  const auto said = lane_->submit(to, policy_of(from, how), list, answer, when, metrics::listener::tcp);
  unpacked_.shrink(unpacked_bytes_kept);
  if (said == batching::admission::full) {
    answer.cancel();
    lane_->give_back(answer);
    return only(verdict::full);
  }
  result r = only(verdict::taken);
  r.answer = &answer;
  r.level = none ? frames::ack_given::none : frames::ack_given::broker;
  return r;
}

frames::fault frame_intake::unpack(const frames::publish& from, std::string_view& block) {
  if (from.packed == frames::compression::none) return {};
  const bool is_zstd = from.packed == frames::compression::zstd;
  const auto unpacked = decompressor_.run(is_zstd ? decode::encoding::zstd : decode::encoding::lz4, from.block,
                                          from.records_bytes, unpacked_);
  if (!unpacked) return frames::violation{frames::error_code::bad_compression, unpacked.error().detail};
  block = *unpacked;
  if (block.size() == from.records_bytes) return {};
  return frames::violation{frames::error_code::bad_compression, "the record block has " + std::to_string(block.size()) +
                                                                    " bytes after decompression, records_bytes says " +
                                                                    std::to_string(from.records_bytes)};
}

void frame_intake::look_into(const config::topic_settings& how) {
  decode::decode_options options;
  options.keys = &finder_of(how);
  options.validate = how.validate == config::validation::full;
  options.depth_max = lane_->settings().limits.json_depth_max;
  batching::events& list = lane_->decoded();
  for (std::size_t i = 0; i < list.size(); ++i) look_into(list[i], options);
}

// The value stays as it was sent, white space included; only the key and what is wrong are taken over.
void frame_intake::look_into(batching::event& e, const decode::decode_options& how) {
  if (e.value.empty() || (e.has_key && !how.validate)) return;
  const std::size_t first = e.value.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || e.value[first] != '{') {
    if (!how.validate) return;
    e.invalid = batching::reason::invalid_json;
    e.detail = "expected an object: with the json option every value is one JSON object";
    return;
  }
  if (!decoder_.json(e.value, how, one_) || one_.size() != 1) {
    e.invalid = batching::reason::invalid_json;
    return;
  }
  const batching::event& found = one_[0];
  if (!e.has_key && found.has_key) {
    e.has_key = true;
    e.key = outlive(found.key, e.value, lane_->decoded());
  }
  const bool key_was_given = found.invalid == batching::reason::invalid_key && e.has_key;
  if (found.invalid == batching::reason::none || key_was_given) return;
  e.invalid = found.invalid;
  e.detail = outlive(found.detail, {}, lane_->decoded());
}

const decode::key_finder& frame_intake::finder_of(const config::topic_settings& how) {
  if (settings_version_ != lane_->settings_version()) {
    finders_.clear();
    settings_version_ = lane_->settings_version();
  }
  auto& finder = finders_[&how];
  if (!finder) finder = std::make_unique<decode::key_finder>(how.key_pointers);
  return *finder;
}

}  // namespace gateway::frames
