#include "gateway/api/rest_proxy/v2_produce.h"

#include <utility>

#include "gateway/api/media.h"
#include "gateway/api/rest_proxy/partition_segment.h"
#include "gateway/api/rest_proxy/v2_answer.h"
#include "gateway/http1/chars.h"

namespace gateway::api::rest_proxy {
namespace {

using http1::planned;

std::optional<v2_format> format_of(std::string_view content_type) noexcept {
  const std::string_view essence = http1::trimmed(content_type.substr(0, content_type.find(';')));
  if (http1::equals_ignoring_case(essence, "application/vnd.kafka.json.v2+json")) return v2_format::json;
  for (const std::string_view binary :
       {"application/vnd.kafka.binary.v2+json", "application/vnd.kafka.v2+json", "application/vnd.kafka+json"})
    if (http1::equals_ignoring_case(essence, binary)) return v2_format::binary;
  return std::nullopt;
}

}  // namespace

std::optional<fault> v2_produce::read_head(const http1::call& c, ingress::request& asked) {
  if (auto wrong = partial_.read(c)) return wrong;
  const auto format = format_of(c.head[http1::field::content_type]);
  if (!format)
    return fault{415, 415,
                 "send application/vnd.kafka.json.v2+json or application/vnd.kafka.binary.v2+json: formats with "
                 "schemas are not taken here"};
  if (!is_utf8_charset(c.head[http1::field::content_type])) return wrong_charset();
  format_ = *format;
  partition_.reset();
  if (c.to.segments() == 4) {
    partition_ = partition_in_path(c.to.segment(3));
    if (!partition_) return fault{404, partition_not_found, "the partition in the path is no number"};
  }
  asked.wants_positions = true;
  return {};
}

std::optional<fault> v2_produce::check_partition(const http1::call& c) {
  if (!partition_ || *partition_ < post_.topic().partitions) return {};
  return fault{404, partition_not_found,
               "topic '" + std::string(c.topic) + "' has no partition " + std::to_string(*partition_)};
}

planned v2_produce::plan(const http1::call& c, http1::exchange& x) {
  ingress::request asked;
  if (auto wrong = read_head(c, asked)) return answer(*wrong, x);
  is_unknown_ = false;
  if (auto wrong = post_.plan(c, asked)) {
    // The original's clients get an answer for each record also here.
    is_unknown_ = wrong->error == http1::errc::unknown_topic && c.asked == http1::kafka_word::answered && !partition_ &&
                  post_.encoding() == decode::encoding::identity;
    if (!is_unknown_) return std::move(*wrong);
  } else if (auto no_partition = check_partition(c)) {
    return answer(*no_partition, x);
  }
  return planned::step::wants_body;
}

planned v2_produce::take(const http1::call& c, std::string_view body, http1::exchange& x) {
  reader_.begin(format_, is_unknown_ ? config::rest_key_form::json : post_.rules().rest_key, partition_);
  if (is_unknown_) return answer_without_topic(c, body, x);
  ingress::answer said = post_.take(body, reader_, x);
  if (said.what == ingress::verdict::taken) {
    partial_.settle(post_.rules(), said.level);
    x.remember(partial_);
    return planned::step::waits;
  }
  if (said.what == ingress::verdict::refused && said.why.code == ingress::errc::invalid_json)
    return answer(reader_.why(), x);
  return post_.problem_of_take(std::move(said));
}

planned v2_produce::answer_without_topic(const http1::call& c, std::string_view body, http1::exchange& x) {
  decode::decode_options how;
  how.depth_max = post_.on().settings().limits.json_depth_max;
  how.events_max = post_.on().settings().limits.events_per_request_max;
  batching::events& list = post_.on().decoded();
  if (reader_.read(body, how, list)) return answer(reader_.why(), x);
  x.reply.content_type = v2_content_type;
  partial_.settle(post_.on().settings().of_topic(c.topic), config::ack_level::broker);
  x.reply.status = partial_.status_of_nothing(200);
  append_unknown_topic(x.reply.body, list.size(), c.topic);
  return planned::step::answered;
}

void v2_produce::write(http1::exchange& x, bool timed_out, std::string& body) {
  x.reply.content_type = v2_content_type;
  x.reply.status = v2_status(*x.ack);
  if (x.reply.status == 200) x.reply.status = x.recall<partial_choice>().status_of(*x.ack, timed_out, 200);
  if (x.reply.status >= 500) x.reply.retry_after_seconds = post_.on().outside().retry_after_seconds();
  append_offsets(body, *x.ack, timed_out);
}

planned v2_produce::answer(const fault& f, http1::exchange& x) {
  rest_proxy::refuse(x.reply, f, v2_content_type);
  return planned::step::answered;
}

void v2_produce::refuse(const http1::problem& p, http1::reply& r) {
  rest_proxy::refuse(r, fault_of(p), v2_content_type);
}

}  // namespace gateway::api::rest_proxy
