#include "gateway/api/rest_proxy/v3_stream.h"

#include <deque>
#include <utility>
#include <vector>

#include "gateway/api/post_checks.h"
#include "gateway/api/rest_proxy/v3_head.h"
#include "gateway/api/rest_proxy/v3_results.h"

namespace gateway::api::rest_proxy {

using http1::fed;
using http1::planned;

// Records that were taken together: one ack. Without an ack they were not taken, and each has the same entry.
struct v3_stream::group final : batching::ack_listener {
  void on_acked(batching::ack&) noexcept override {
    is_settled = true;
    told->tell();
  }

  http1::exchange* told = nullptr;
  batching::ack* ack = nullptr;
  std::vector<v3_note> notes;
  std::size_t refused_records = 0;
  fault refused;
  batching::clock::time_point since{};
  bool is_settled = false;
};

struct v3_stream::state final : http1::exchange_state {
  ingress::request asked;  // views into the three below
  std::string topic;
  std::deque<std::string> texts;
  std::vector<batching::header> headers;
  std::string cluster;
  std::size_t record_bytes_max = 0;  // in the body
  document_scan scan;
  std::deque<std::unique_ptr<group>> groups;
  fault end;                // the entry that ends the stream; no message: none does
  bool input_over = false;  // nothing more is read
  bool is_full = false;     // feed() waits for a group to go
  bool wrote = false;
};

namespace {

// The entry of each record of a part that the door did not take.
fault refusal_of(const ingress::answer& said) {
  using ingress::verdict;
  switch (said.what) {
    case verdict::over_quota:
      return {429, 429, "it is not stored: the tenant's quota is used up: send the record again later"};
    case verdict::unknown_topic: return {404, v3_topic_not_found, "Kafka has no such topic any more"};
    case verdict::forbidden: return {403, forbidden, "there is no right to write to this topic any more"};
    case verdict::refused: return {400, 400, said.why.text};
    case verdict::taken:
    case verdict::full: break;
  }
  return {503, 503, not_stored("there is no room for the record now")};
}

}  // namespace

planned v3_stream::plan(const http1::call&, http1::exchange&) { return http1::problem{}; }

planned v3_stream::begin(const http1::call& c, const ingress::request& asked, http1::exchange& x) {
  auto s = std::make_unique<state>();
  s->cluster = c.to.segment(v3_cluster_segment);
  s->topic = c.topic;
  s->asked = asked;
  s->asked.topic = s->topic;
  for (const batching::header& h : asked.headers) {
    const std::string_view name = s->texts.emplace_back(h.name);
    s->headers.push_back({name, s->texts.emplace_back(h.value), h.is_null});
  }
  s->asked.headers = s->headers;
  s->asked.signature = {};  // of a whole body
  const batching::intake_policy& bounds = lane_->settings().of_topic(c.topic).intake;
  // Base64 and escapes, and room for names and headers.
  s->record_bytes_max = 2 * (std::size_t{bounds.event_bytes_max} + bounds.key_bytes_max) + 64 * 1024;
  x.state = std::move(s);
  x.by = this;
  x.reply.content_type = v3_content_type;
  x.deadline = batching::clock::time_point::max();
  return planned::step::streams;
}

v3_stream::cut v3_stream::cut_group(document_scan from, std::string_view bytes, bool is_last) {
  cut c{.scan = from};
  while (c.records < group_records_max && c.bytes < group_bytes_max) {
    c.last = is_last ? c.scan.last(bytes.substr(c.bytes)) : c.scan.next(bytes.substr(c.bytes));
    if (c.last != document_scan::found::document) break;
    c.bytes += c.scan.length();
    ++c.records;
  }
  return c;
}

fed v3_stream::feed(std::string_view bytes, http1::body_rest rest, http1::exchange& x) {
  const bool is_last = rest != http1::body_rest::follows;
  state& s = static_cast<state&>(*x.state);
  if (s.input_over) return {0, fed::then::over};
  if (lane_->draining() && !bytes.empty()) {
    s.end = {503, 503,
             not_stored("the gateway is shutting down: send this record and what follows to another instance")};
    s.input_over = true;
  }
  std::size_t done = 0;
  auto last = document_scan::found::nothing;
  while (!s.input_over) {
    const cut c = cut_group(s.scan, bytes.substr(done), is_last);
    last = c.last;
    if (c.records == 0) s.scan = c.scan;
    if (c.records == 0) break;
    s.is_full = !take_group(bytes.substr(done, c.bytes), c.records, s, x);
    if (s.is_full) return {done, fed::then::full};
    done += c.bytes;
    s.scan = {};
  }
  end_input(s, rest, bytes.size() - done, last);
  set_deadline(s, x);
  if (s.input_over) x.tell();
  return {done, s.input_over && !is_last ? fed::then::over : fed::then::more};
}

void v3_stream::end_input(state& s, http1::body_rest rest, std::size_t left, document_scan::found last) const {
  const bool is_last = rest != http1::body_rest::follows;
  if (!s.input_over && last == document_scan::found::garbage)
    s.end = {400, 400, "what follows is no JSON: the stream ends here"};
  else if (!s.input_over && left > s.record_bytes_max)
    s.end = {413, 413, "the record is larger than the topic takes: the stream ends here"};
  else if (!s.input_over && is_last && s.scan.is_open())
    s.end = half_a_record(rest);
  s.input_over |= is_last || !s.end.message.empty();
}

// The record is as good as any where its client did not end it.
fault v3_stream::half_a_record(http1::body_rest rest) const {
  if (rest == http1::body_rest::none)
    return {400, 400, "the stream ends in the middle of a record, which was not stored"};
  if (lane_->draining())
    return {503, 503, not_stored("the gateway is shutting down, and the record had not come to its end")};
  return {503, 503,
          not_stored("the record had not come to its end, and the stream was silent for "
                     "limits.idle_time_max, or there is no room for more of it")};
}

// False: no room, and records of this stream are under way whose settling makes some.
bool v3_stream::take_group(std::string_view documents, std::size_t records, state& s, http1::exchange& x) {
  if (s.groups.size() == groups_max) return false;
  auto g = std::make_unique<group>();
  g->told = &x;
  g->since = lane_->now();
  s.asked.listener = g.get();
  reader_.begin();
  ingress::plan found;
  ingress::answer said = door_->find(s.asked, found);
  if (said.what == ingress::verdict::taken) {
    ingress::body body = body_of(documents, decode::encoding::identity, reader_, lane_->settings().limits);
    body.events_max = static_cast<std::uint32_t>(group_records_max);
    said = door_->take(s.asked, found, body);
  }
  const std::size_t before = s.groups.size();
  if (!answer(said, records, std::move(g), s)) return false;
  if (s.groups.size() > before && s.groups.back()->is_settled) x.tell();
  return true;
}

bool v3_stream::answer(const ingress::answer& said, std::size_t records, std::unique_ptr<group> g, state& s) {
  using ingress::verdict;
  const bool is_read = said.what == verdict::taken || said.what == verdict::refused;
  if (is_read && !reader_.broken().empty()) {
    s.end = {400, 400, reader_.broken() + "; the stream ends here"};
    s.input_over = true;
    if (said.what == verdict::refused) return true;
  }
  if (said.what == verdict::taken) {
    g->ack = said.ack;
    g->notes.swap(reader_.notes());
    if (s.asked.timestamp_ms)
      for (v3_note& n : g->notes) n.timestamp_ms = *s.asked.timestamp_ms;
    s.groups.push_back(std::move(g));
    s.groups.back()->ack->seal();
    return true;
  }
  const bool may_wait = said.what == verdict::full || said.what == verdict::over_quota;
  if (may_wait && !s.groups.empty()) return false;
  g->refused = refusal_of(said);
  g->refused_records = records;
  g->is_settled = true;
  s.groups.push_back(std::move(g));
  return true;
}

// The oldest record that is not settled may take as long as any answer. A stream that waits for its client takes no
// time of ours: http1 ends one that is idle.
void v3_stream::set_deadline(const state& s, http1::exchange& x) const {
  x.deadline = batching::clock::time_point::max();
  for (const auto& g : s.groups) {
    if (g->is_settled) continue;
    x.deadline = g->since + lane_->settings().limits.answer_time_default;
    return;
  }
}

void v3_stream::let_go(group& g) noexcept {
  if (g.ack == nullptr) return;
  if (g.ack->is_settled())
    lane_->give_back(*g.ack);
  else
    g.ack->detach();
  g.ack = nullptr;
}

void v3_stream::write(http1::exchange& x, bool timed_out, std::string& body) {
  state& s = static_cast<state&>(*x.state);
  while (!s.groups.empty() && (timed_out || (s.groups.front()->is_settled && body.size() < piece_bytes_max))) {
    group& g = *s.groups.front();
    for (std::size_t i = 0; i < g.refused_records; ++i) {
      append_separator(body, s.wrote);
      append_fault(body, g.refused.code, g.refused.message);
    }
    if (g.ack != nullptr) append_documents(body, {s.cluster, s.topic}, g.notes, *g.ack, timed_out, s.wrote);
    let_go(g);
    s.groups.pop_front();
  }
  if (timed_out) return;
  set_deadline(s, x);
  const bool has_more = !s.groups.empty() && s.groups.front()->is_settled;
  if (has_more || std::exchange(s.is_full, false)) return x.tell();
  if (!s.groups.empty() || !s.input_over) return;
  if (!s.end.message.empty()) {
    append_separator(body, s.wrote);
    append_fault(body, s.end.code, s.end.message);
  }
  x.answered = true;
}

void v3_stream::forget(http1::exchange& x) noexcept {
  if (!x.state) return;
  state& s = static_cast<state&>(*x.state);
  for (const auto& g : s.groups) let_go(*g);
  s.groups.clear();
}

}  // namespace gateway::api::rest_proxy
