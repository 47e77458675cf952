#include "batching/librdkafka/publisher.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cassert>

#include "batching/librdkafka/error_map.h"
#include "metrics/events.h"

namespace batching::librdkafka {

using metrics::happened;
using metrics::happening;
using namespace std::chrono_literals;

namespace {

// One call of serve() handles at most this many events, so that the lane's sockets get their turn.
constexpr int events_per_serve_max = 256;

rd_kafka_message_t message_of(record& r) noexcept {
  rd_kafka_message_t m{};
  m.payload = const_cast<char*>(r.value);
  m.len = r.value_bytes;
  m.key = const_cast<char*>(r.key);
  m.key_len = r.key_bytes;
  m._private = &r;
  return m;
}

// librdkafka's log lines of syslog's `warning` and above are worth a line of ours.
constexpr int log_level_warning = 4;

// Message `next`, `distance` behind `first` in the report, is the neighbour of `first` in its batch and in Kafka.
bool continues(const rd_kafka_message_t& first, const rd_kafka_message_t& next, std::size_t distance) noexcept {
  return next._private == static_cast<record*>(first._private) + distance && next.err == RD_KAFKA_RESP_ERR_NO_ERROR &&
         next.offset == first.offset + static_cast<std::int64_t>(distance) &&
         rd_kafka_message_status(&next) == RD_KAFKA_MSG_STATUS_PERSISTED;
}

// If Kafka has a retried request already, it does not say where. librdkafka then numbers the request's messages on
// from -1 or -1001, so the positive offsets behind such a one are made up as well.
class offset_reader {
 public:
  /// The offset of the first of `count` persisted neighbours, -1 where it is unknown.
  std::int64_t first_of(const rd_kafka_message_t& first, std::size_t count) noexcept {
    is_made_up_ = first.offset < 0 || (is_made_up_ && first.offset == next_ && first.partition == partition_);
    next_ = first.offset + static_cast<std::int64_t>(count);
    partition_ = first.partition;
    return is_made_up_ ? -1 : first.offset;
  }

 private:
  bool is_made_up_ = false;
  std::int64_t next_ = 0;
  std::int32_t partition_ = -1;
};

}  // namespace

bool publisher::generation::is_fatal() const noexcept {
  return rd_kafka_fatal_error(producer.get(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
}

// librdkafka calls a message not persisted that Kafka refused as NOT_LEADER_OR_FOLLOWER, and sends it again. But a
// leader that is relieved of its office says so too of what it has written and the next leader may have. So not
// persisted is only what was handed over after the last request had gone.
bool publisher::generation::may_have_sent(const batch& b) const noexcept {
  return b.sealed_at.time_since_epoch().count() <= sent->load();
}

publisher::generation::~generation() {
  topics.clear();
  if (queue) rd_kafka_queue_io_event_enable(queue.get(), -1, nullptr, 0);
  queue.reset();
}

publisher::publisher(producer_settings settings, topics::directory_settings directory, callbacks calls)
    : settings_(std::move(settings)),
      calls_(std::move(calls)),
      directory_(std::move(directory)),
      credentials_(settings_.properties, settings_.credentials.secret_files) {}

publisher::~publisher() {
  keeper_.request_stop();
  if (keeper_.joinable()) keeper_.join();
  generation_.reset();
  if (event_fd_ >= 0) close(event_fd_);
}

boost::system::result<void, std::string> publisher::start() {
  event_fd_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (event_fd_ < 0) return std::string("cannot make an eventfd: out of file descriptors?");
  auto made = make_generation();
  if (!made) return made.error();
  generation_ = std::move(*made);
  last_contact_ns_ = clock::now().time_since_epoch().count();
  keeper_ = std::jthread([this](const std::stop_token& stop) { keep(stop); });
  return {};
}

void publisher::publish(std::unique_ptr<batch> sealed) noexcept {
  const auto count = static_cast<std::uint32_t>(sealed->records().size());
  records_in_.fetch_add(count, std::memory_order_relaxed);
  sealed->sequence = sequence_.fetch_add(1, std::memory_order_relaxed);
  batch& b = *sealed.release();  // its records' reports bring it back: settle()
  const std::shared_lock lock(mutex_);
  switch (state_) {
    case state::running: return produce(*generation_, b, 0, count);
    case state::rebuilding: return waiting_.add({&b, 0, count});
    case state::closing: return settle(b, {0, count, outcome::not_persisted, reason::shutting_down, -1});
  }
}

rd_kafka_topic_t* publisher::topic_of(generation& g, const topic& t) {
  {
    const std::shared_lock lock(g.topics_mutex);
    if (t.id() < g.topics.size() && g.topics[t.id()]) return g.topics[t.id()].get();
  }
  const std::unique_lock lock(g.topics_mutex);
  if (g.topics.size() <= t.id()) g.topics.resize(t.id() + 1);
  if (!g.topics[t.id()]) {
    const topic_compression compression = settings_.compression ? settings_.compression(t.name()) : topic_compression{};
    g.topics[t.id()] = make_topic(g.producer.get(), t.name(), compression);
  }
  return g.topics[t.id()].get();
}

void publisher::produce(generation& g, batch& b, std::uint32_t from, std::uint32_t to) {
  rd_kafka_topic_t* rkt = topic_of(g, b.of());
  if (b.has_extras())
    produce_with_extras(g, rkt, b, from, to);
  else
    produce_plain(rkt, b, from, to);
}

void publisher::produce_plain(rd_kafka_topic_t* rkt, batch& b, std::uint32_t from, std::uint32_t to) {
  thread_local std::vector<rd_kafka_message_t> messages;
  messages.clear();
  for (std::uint32_t i = from; i < to; ++i) messages.push_back(message_of(b.record_at(i)));
  const auto count = static_cast<int>(messages.size());
  // Once all are taken the batch may be settled and gone: nothing below touches it then.
  if (rd_kafka_produce_batch(rkt, b.partition(), 0, messages.data(), count) == count) return;
  for (std::uint32_t i = from; i < to;) {
    const rd_kafka_resp_err_t error = messages[i - from].err;
    std::uint32_t end = i + 1;
    while (end < to && messages[end - from].err == error) ++end;
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) refused(b, i, end, error);
    i = end;
  }
}

// produce_batch takes neither headers nor timestamps, so these go one by one, in the same order.
void publisher::produce_with_extras(generation& g, rd_kafka_topic_t* rkt, batch& b, std::uint32_t from,
                                    std::uint32_t to) {
  std::vector<rd_kafka_vu_t> parts;
  for (std::uint32_t i = from; i < to; ++i) {
    record& r = b.record_at(i);
    parts.clear();
    const auto part = [&parts](rd_kafka_vtype_t type) -> rd_kafka_vu_t& {
      parts.emplace_back().vtype = type;
      return parts.back();
    };
    part(RD_KAFKA_VTYPE_RKT).u.rkt = rkt;
    part(RD_KAFKA_VTYPE_PARTITION).u.i32 = b.partition();
    part(RD_KAFKA_VTYPE_VALUE).u.mem = {const_cast<char*>(r.value), r.value_bytes};
    if (r.key != nullptr) part(RD_KAFKA_VTYPE_KEY).u.mem = {const_cast<char*>(r.key), r.key_bytes};
    part(RD_KAFKA_VTYPE_TIMESTAMP).u.i64 = b.timestamp_ms_of(r);
    part(RD_KAFKA_VTYPE_OPAQUE).u.ptr = &r;
    for (const header& h : b.headers_of(r))
      part(RD_KAFKA_VTYPE_HEADER).u.header = {h.name.data(), h.is_null ? nullptr : const_cast<char*>(h.value.data()),
                                              static_cast<ssize_t>(h.value.size())};
    rd_kafka_error_t* error = rd_kafka_produceva(g.producer.get(), parts.data(), parts.size());
    if (error == nullptr) continue;
    const rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    // A fatal producer takes nothing more: all that follows waits. Another error is this record's alone.
    const std::uint32_t end = code == RD_KAFKA_RESP_ERR__FATAL ? to : i + 1;
    refused(b, i, end, code);
    i = end - 1;
  }
}

// Not settled here: other records of the batch may be settled by the serving thread at this moment.
void publisher::refused(batch& b, std::uint32_t from, std::uint32_t to, rd_kafka_resp_err_t error) {
  if (error == RD_KAFKA_RESP_ERR__FATAL) {
    waiting_.add({&b, from, to - from});
    return fail();
  }
  const verdict v = judge(error, RD_KAFKA_MSG_STATUS_NOT_PERSISTED);
  {
    const std::lock_guard lock(refused_mutex_);
    refused_.push_back({&b, {from, to - from, v.fate, v.why, -1}});
  }
  wake_server();
}

bool publisher::serve() noexcept {
  std::uint64_t ignored = 0;
  static_cast<void>(!read(event_fd_, &ignored, sizeof ignored));
  const std::shared_lock lock(mutex_);
  if (state_ != state::running) return false;  // the keeper, or abandon(), settles now
  settle_refused();
  for (int i = 0; i < events_per_serve_max; ++i) {
    const event_handle event(rd_kafka_queue_poll(generation_->queue.get(), 0));
    if (!event) return false;
    handle(*generation_, event.get());
  }
  return true;
}

void publisher::settle_refused() {
  std::vector<std::pair<batch*, settled_range>> refused;
  {
    const std::lock_guard lock(refused_mutex_);
    if (refused_.empty()) return;
    refused.swap(refused_);
  }
  for (const auto& [b, range] : refused) settle(*b, range);
}

void publisher::handle(generation& g, rd_kafka_event_t* event) {
  switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_DR: return handle_reports(g, event);
    case RD_KAFKA_EVENT_STATS:
      if (calls_.on_statistics) calls_.on_statistics(rd_kafka_event_stats(event));
      return;
    case RD_KAFKA_EVENT_LOG: {
      const char* facility = nullptr;
      const char* text = nullptr;
      int level = 0;
      if (rd_kafka_event_log(event, &facility, &text, &level) == 0 && level <= log_level_warning)
        happened(happening::kafka_log, text, {{"facility", facility}});
      return;
    }
    case RD_KAFKA_EVENT_ERROR:
      if (g.is_fatal()) fail();
      return;
    default: return;
  }
}

void publisher::handle_reports(generation& g, rd_kafka_event_t* event) {
  // Kafka refuses a whole request for one record of it; which one, it does not say. Only a lone record is surely the
  // culprit.
  const bool is_alone = rd_kafka_event_message_count(event) == 1;
  if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR) note_contact();
  offset_reader offsets;
  std::array<const rd_kafka_message_t*, 512> messages;
  while (const std::size_t count = rd_kafka_event_message_array(event, messages.data(), messages.size())) {
    for (std::size_t i = 0; i < count;) {
      const auto* first = static_cast<record*>(messages[i]->_private);
      verdict v = judge(messages[i]->err, rd_kafka_message_status(messages[i]));
      if (v.fate == outcome::rejected && !is_alone) v.fate = outcome::not_persisted;
      batch& b = *first->in;
      const bool is_given_up = v.fate == outcome::not_persisted && v.why == reason::producer_failed &&
                               (is_local(messages[i]->err) || g.is_over());
      if (is_given_up && g.may_have_sent(b)) v.fate = outcome::possibly_persisted;
      std::size_t end = i + 1;
      // Neighbours in a batch that were persisted side by side are one range.
      const bool is_plain = v.fate == outcome::persisted && messages[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR;
      while (is_plain && end < count && continues(*messages[i], *messages[end], end - i)) ++end;
      const std::int64_t offset = v.fate == outcome::persisted ? offsets.first_of(*messages[i], end - i) : -1;
      // librdkafka takes "I have that already" for success; Kafka had it not (seen, docs/reliability.md).
      if (v.fate == outcome::persisted && offset < 0) v = {outcome::possibly_persisted, reason::producer_failed};
      report(g, b, {b.index_of(*first), static_cast<std::uint32_t>(end - i), v.fate, v.why, offset}, messages[i]->err);
      i = end;
    }
  }
}

void publisher::report(generation& g, batch& b, settled_range range, rd_kafka_resp_err_t error) {
  if (range.fate == outcome::persisted) return settle(b, range);
  if (state_ == state::closing) {
    range.why = reason::shutting_down;
    return settle(b, range);
  }
  if (g.is_over() && range.fate == outcome::possibly_persisted) waiting_.remember_unknown(b, range);
  if (g.is_over() && range.fate == outcome::not_persisted && !is_refusal(error))
    return waiting_.add({&b, range.first, range.count});
  settle(b, range);
}

void publisher::settle(batch& b, settled_range range) noexcept {
  records_out_.fetch_add(range.count, std::memory_order_relaxed);
  if (range.fate == outcome::rejected)
    happened(happening::record_refused, "Kafka refused a record for good",
             {{"topic", b.of().name()}, {"code", code(range.why)}});
  if (range.fate == outcome::possibly_persisted)
    happened(happening::record_fate_unknown, "a record's fate is unknown",
             {{"topic", b.of().name()}, {"code", code(range.why)}});
  b.settle(range);
  if (b.is_settled()) b.home().take_back(std::unique_ptr<batch>(&b));
}

}  // namespace batching::librdkafka
