#include "gateway/api/topic_post.h"

#include <utility>

#include "gateway/api/post_checks.h"
#include "gateway/api/refused_for.h"

namespace gateway::api {
namespace {

using maybe = std::optional<http1::problem>;

}  // namespace

maybe topic_post::plan(const http1::call& c, const ingress::request& asked) {
  if (auto wrong = check_body_head(c.head)) return wrong;
  const auto encoding = read_encoding(c.head, lane_->settings().limits);
  if (!encoding) return encoding.error();
  encoding_ = *encoding;
  if (auto wrong = fields_.read(c.head)) return wrong;
  if (auto wrong = c.body_is_here ? maybe{} : refusal_of(*lane_)) return wrong;
  asked_ = asked;
  asked_.who = c.who;
  asked_.client = c.from;
  asked_.topic = c.topic;
  fields_.put_into(asked_);
  if (asked_.key || c.head.has(http1::field::headgate_key))
    return http1::problem{http1::errc::invalid_field, "keys stand in the records here: leave Headgate-Key out"};
  if (auto wrong = find_topic(*door_, asked_, c.body_is_here, found_)) return wrong;
  fields_.read_listed(c.head, rules());
  fields_.put_into(asked_);
  return {};
}

ingress::answer topic_post::take(std::string_view bytes, ingress::body_reader& with, http1::exchange& x) {
  asked_.listener = &x;
  x.is_work |= encoding_ != decode::encoding::identity;
  ingress::body body = body_of(bytes, encoding_, with, lane_->settings().limits);
  body.unpacked = x.unpacked;
  ingress::answer said = door_->take(asked_, found_, body);
  if (said.what != ingress::verdict::taken) return said;
  x.ack = said.ack;
  said.ack->seal();
  return said;
}

http1::problem topic_post::problem_of_take(ingress::answer said) {
  if (auto wrong = refused_for(said, auth::right::write, asked_.topic)) return std::move(*wrong);
  if (said.what == ingress::verdict::refused) return problem_of(std::move(said.why));
  return nothing_taken();
}

}  // namespace gateway::api
