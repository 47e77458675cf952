#include "gateway/lines/session.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include "gateway/auth/address.h"
#include "metrics/events.h"

namespace gateway::lines {

namespace asio = boost::asio;

namespace {

constexpr auto here = static_cast<std::size_t>(metrics::listener::lines);
constexpr std::size_t lines_per_submit_max = 4096;

/// As many short lines as always fit into the budget, however small it is.
std::size_t lines_max(const batching::in_flight& budget) noexcept {
  const auto lines = static_cast<std::size_t>(budget.share_bytes() / (2 * batching::batch::record_overhead_bytes));
  return std::clamp<std::size_t>(lines, 1, lines_per_submit_max);
}

struct run_of_lines {
  std::string_view text;
  std::size_t lines = 0;
};

/// The first `most` whole lines of `text`, with their newlines; all of it, if it lacks its newline.
run_of_lines first_lines(std::string_view text, std::size_t most) noexcept {
  std::size_t end = 0;
  std::size_t lines = 0;
  for (; lines < most; ++lines) {
    const std::size_t newline = text.find('\n', end);
    if (newline == std::string_view::npos) break;
    end = newline + 1;
  }
  return end == 0 ? run_of_lines{text, 1} : run_of_lines{text.substr(0, end), lines};
}

}  // namespace

lines_session::lines_session(lines_lane& lane, net::arrival from)
    : lane_(&lane),
      stream_(std::move(from.stream)),
      slot_(std::move(from.slot)),
      client_(std::move(from.from)),
      pending_(lane.door->on().budget()),
      waits_(lane.door->on().budget()) {}

void lines_session::start() {
  stream_.keep_alive();  // shippers may be silent for days
  lane_->home.enter(shared_from_this());
  on().watch(*this);
  if (!let_in()) return close();
  if (lane_->home.poll().watch(stream_.descriptor(), *this)) return;
  metrics::happened(metrics::happening::accept_failed, "cannot watch a connection", {{"error", std::strerror(errno)}});
  close();
}

// A client of this listener cannot be told anything: it sees the connection end.
bool lines_session::let_in() {
  auth::login l = lane_->door->guard().check(auth::credentials{}, client_.from(), on().now(), std::time(nullptr));
  if (l.why != auth::denial::none || !client_.belongs_to(l.who)) return false;
  is_ = std::move(l.is);
  return true;
}

// A reset takes what was not read with it: there is nobody to ask. While the session drains, a hang-up only says that
// both sides have ended theirs: the last lines are still to be read.
void lines_session::on_ready(std::uint32_t events) noexcept {
  const auto self = shared_from_this();
  if ((events & (EPOLLERR | EPOLLHUP)) != 0 && !drains_) return close();
  if ((events & (EPOLLRDHUP | EPOLLERR | EPOLLHUP)) != 0) client_ended_ = true;
  if ((events & ~EPOLLOUT) != 0 || stream_.is_secure()) input_waits_ = true;
  if (read_posted_ || !input_waits_) return;
  read_many(reads_per_cycle_max);
  read_on();
}

// In another handler: other sessions have their turn first.
void lines_session::read_on() {
  if (read_posted_ || closed_ || blocked_ || end_of_stream_ || !input_waits_) return;
  read_posted_ = true;
  asio::post(on().io(), [self = shared_from_this()] {
    self->read_posted_ = false;
    self->read_many(reads_per_cycle_max);
    self->read_on();
  });
}

void lines_session::read_many(int reads_max) {
  for (int reads = 0; reads < reads_max && read_once(); ++reads) {
  }
  if (end_of_stream_ && !blocked_) close();
}

// Short beginnings of lines are completed in the lane's scratch, long ones in a buffer of their own.
bool lines_session::read_once() {
  if (closed_ || blocked_ || end_of_stream_) return false;
  if (!std::exchange(has_begun_, true) && begins_with_tls()) return false;
  bool more = false;
  const std::size_t have = pending_.size();
  const std::size_t holds = pending_.may_hold(runtime::lane::scratch_bytes);
  if (have <= runtime::lane::scratch_bytes / 2 && have < holds) {
    char* const scratch = on().scratch();
    if (have > 0) std::memcpy(scratch, pending_.view().data(), have);
    const std::size_t got = read_some(scratch + have, holds - have, more);
    if (got > 0) process({scratch, have + got});
    if (pending_.empty()) pending_.release();
  } else if (!read_long_line(more)) {
    return false;
  }
  if (end_of_stream_ && !closed_ && !blocked_) process(pending_.view());
  return more;
}

bool lines_session::read_long_line(bool& more) {
  if (!reserve_more()) {
    if (waits_since_ == batching::clock::time_point{}) waits_since_ = on().now();
    waits_.begin();
    lane_->starved.enter(*this);
    blocked_ = true;
    return false;
  }
  const std::size_t got = read_some(pending_.free_space(), pending_.capacity() - pending_.size(), more);
  pending_.commit(got);
  if (got > 0) process(pending_.view());
  return true;
}

bool lines_session::reserve_more() {
  const std::size_t most = long_line_bytes_max() + runtime::lane::scratch_bytes;
  return pending_.reserve(std::min(std::max<std::size_t>(2 * pending_.size(), 16 * 1024), most));
}

// Once it had to wait, room for the longest line: it shall not wait again for each further part.
bool lines_session::take_room() {
  if (!pending_.reserve(long_line_bytes_max() + runtime::lane::scratch_bytes) && !reserve_more()) return false;
  waits_.end();
  waits_since_ = {};
  blocked_ = false;
  line_begun_at_ = on().now();
  read_on();
  return true;
}

std::size_t lines_session::long_line_bytes_max() const noexcept {
  const auto room = static_cast<std::size_t>(on().budget().receiving_bytes_max(batching::receiving::large));
  return std::min<std::size_t>(on().settings().limits.line_bytes_max,
                               room - std::min(room / 2, runtime::lane::scratch_bytes));
}

// No event begins so, and a shipper that is told nothing would go on for ever.
bool lines_session::begins_with_tls() {
  constexpr char tls_handshake_record = 0x16;
  char first = 0;
  if (stream_.is_secure() || stream_.peek(&first, 1).is != batching::stream::io_result::state::done) return false;
  if (first != tls_handshake_record) return false;
  metrics::happened(metrics::happening::protocol_error, "this port takes lines without TLS, and TLS has come",
                    {{"client", auth::to_string(client_.from().address)}, {"listener", "lines"}});
  on().recorder().protocol_errors.add();
  close();
  return true;
}

// The poller tells of new bytes once: whoever leaves some must come back.
std::size_t lines_session::read_some(char* to, std::size_t bytes, bool& more) {
  using state = batching::stream::io_result::state;
  const auto r = stream_.read_some(to, bytes);
  more = r.is == state::done && (stream_.may_have_more(r.bytes, bytes) || client_ended_);
  has_read_ = has_read_ || r.is == state::done;
  if (r.is == state::done || r.is == state::would_block) input_waits_ = more;
  if (r.is == state::ended) end_of_stream_ = true;
  if (r.is == state::failed) close();
  return r.is == state::done ? r.bytes : 0;
}

// `bytes` lie in the scratch or in pending_: whole lines go, the beginning of the next one is kept. At the stream's end
// the last line may lack its newline.
void lines_session::process(std::string_view bytes) {
  blocked_ = false;
  std::string again;
  if (skipping_) bytes = skip_oversize(bytes);
  const std::size_t last = bytes.rfind('\n');
  const std::size_t whole = end_of_stream_ ? bytes.size() : last == std::string_view::npos ? 0 : last + 1;
  std::string_view lines = bytes.substr(0, whole);
  std::string_view rest = bytes.substr(whole);
  while (!lines.empty() && !blocked_)
    if (!publish(lines, again)) blocked_ = true;
  if (!lines.empty()) {
    rest = bytes.substr(static_cast<std::size_t>(lines.data() - bytes.data()));
  } else if (rest.size() > long_line_bytes_max()) {
    count_oversize();
    skipping_ = true;
    rest = {};
  }
  if (rest.size() != bytes.size() || pending_.empty()) line_begun_at_ = on().now();
  keep(again, rest);
}

std::string_view lines_session::skip_oversize(std::string_view bytes) {
  const std::size_t newline = bytes.find('\n');
  if (newline == std::string_view::npos) return {};
  skipping_ = false;
  return bytes.substr(newline + 1);
}

// Takes lines from the front of `lines`. False: there is no room; `again` gets those that were refused for their
// partition and must be written before anything that follows.
bool lines_session::publish(std::string_view& lines, std::string& again) {
  const config::settings& settings = on().settings();
  const run_of_lines some = first_lines(lines, lines_max(on().budget()));
  const auth::login l = lane_->door->guard().check(is_, std::time(nullptr));
  if (l.why != auth::denial::none) return close(), false;
  ingress::request asked;
  asked.who = l.who;
  asked.client = client_.from().address;
  asked.topic = settings.lines_topic;
  asked.is_told = false;
  asked.from = metrics::listener::lines;
  asked.listener = this;
  ingress::body body;
  body.bytes = some.text;
  body.reader = &lane_->door->ndjson();
  body.events_max = lines_per_submit_max;
  body.event_bytes_max = settings.limits.line_bytes_max;
  const ingress::answer said =
      lane_->door->take_announced(asked, body, {some.lines, some.text.size(), wait_.so_far(on().now())});
  switch (said.what) {
    case ingress::verdict::over_quota:  // told as full
    case ingress::verdict::full: wait_for_room(said.wanted); return false;
    case ingress::verdict::forbidden: report_forbidden(); return false;
    case ingress::verdict::unknown_topic: say_topic_is_unknown(); return false;
    case ingress::verdict::refused: break;  // only blank lines
    case ingress::verdict::taken: keep_refused(said, again); said.ack->seal();
  }
  wait_.end();
  lines.remove_prefix(some.text.size());
  return again.empty();
}

void lines_session::report_forbidden() {
  metrics::happened(metrics::happening::login_refused, "the lines listener's topic is not this tenant's to write",
                    {{"tenant", is_.tenant}, {"topic", on().settings().lines_topic}});
  close();
}

void lines_session::keep_refused(const ingress::answer& said, std::string& again) {
  const batching::events& list = on().decoded();
  for (const batching::failure& f : said.ack->failures()) {
    const std::string_view line = list[f.index].value;
    if (f.why == batching::reason::partition_full)
      again.append(line) += '\n';
    else if (line.size() > on().settings().limits.line_bytes_max)
      count_oversize();
    else
      metrics::happened(metrics::happening::line_discarded, f.detail.empty() ? "a line was discarded" : f.detail,
                        {{"topic", on().settings().lines_topic}, {"reason", std::string(batching::code(f.why))}});
  }
}

void lines_session::say_topic_is_unknown() {
  metrics::happened(metrics::happening::lines_topic_unknown, "lines wait: Kafka does not show their topic",
                    {{"topic", on().settings().lines_topic}});
}

void lines_session::wait_for_room(const batching::room_wanted& wanted) {
  wait_.go_on(on().now());
  if (wanted.of != nullptr) on().call_when_settled(*this);
}

void lines_session::on_acked(batching::ack& settled) noexcept { on().give_back(settled); }

void lines_session::keep(std::string_view again, std::string_view rest) {
  if (again.empty()) return pending_.assign(rest);
  std::string both(again);
  both += rest;
  pending_.assign(both);
}

void lines_session::count_oversize() {
  on().recorder().lines_oversize.add();
  metrics::happened(metrics::happening::line_oversize, "a line longer than limits.line_bytes_max was skipped");
}

void lines_session::on_tick(batching::clock::time_point now) noexcept {
  const auto self = shared_from_this();  // close() may drop the last handler
  if (on().draining()) return drain(now);
  if (is_in_the_way(now)) return give_up_line();
  if (waits_since_ != batching::clock::time_point{}) return lane_->starved.look_soon();
  if (blocked_) try_again();
  if (!closed_ && pending_.empty() && pending_.capacity() > 0) pending_.release();
}

// Others need the room that the beginning of a line holds, and its rest comes too slowly, or finds no room itself.
bool lines_session::is_in_the_way(batching::clock::time_point now) const {
  if (waits_since_ != batching::clock::time_point{}) return now - waits_since_ > room_wait_max;
  if (blocked_ || !pending_.is_charged() || !on().budget().is_crowded()) return false;
  const auto taking = std::chrono::duration_cast<std::chrono::milliseconds>(now - line_begun_at_);
  return taking > batching::crowded_time &&
         static_cast<std::int64_t>(pending_.size()) * 1000 / taking.count() < batching::crowded_rate_bytes_min;
}

void lines_session::give_up_line() {
  metrics::happened(
      metrics::happening::line_discarded,
      "a line was begun and not sent to its end while others needed the room it held: its connection ends",
      {{"client", auth::to_string(client_.from().address)}});
  close();
}

void lines_session::on_settled() noexcept {
  const auto self = shared_from_this();
  if (!closed_ && blocked_ && waits_since_ == batching::clock::time_point{}) try_again();
}

void lines_session::try_again() {
  blocked_ = false;
  line_begun_at_ = on().now();
  process(pending_.view());
  if (end_of_stream_ && !blocked_) return close();
  read_on();
}

// Ends our side of the stream, so that the client stops, and takes lines until it ends its own or falls silent: closing
// a socket with unread bytes would throw them away. The beginning of a line is not an event.
void lines_session::drain(batching::clock::time_point now) {
  if (!drains_) {
    drains_ = now;
    static_cast<void>(stream_.end_sending());
    return take_arrived();
  }
  if (blocked_) try_again();
  if (closed_) return;
  const bool is_silent = !blocked_ && !std::exchange(has_read_, false) && now - *drains_ >= drain_wait_min;
  const bool waits_for_room = blocked_ && on().topics().find(on().settings().lines_topic) != nullptr;
  if (is_silent || (!waits_for_room && now - *drains_ > drain_wait_max)) close();
}

// A few reads at a time: other sessions have their turn between them.
void lines_session::take_arrived() {
  if (closed_) return;
  blocked_ = false;
  process(pending_.view());
  has_read_ = false;
  read_many(reads_per_cycle_max);
  drain_reads_ += reads_per_cycle_max;
  if (closed_) return;
  if (has_read_ && drain_reads_ < reads_at_drain_max)
    asio::post(on().io(), [self = shared_from_this()] { self->take_arrived(); });
  else
    read_on();
}

void lines_session::close() noexcept {
  if (std::exchange(closed_, true)) return;
  const auto self = shared_from_this();
  on().unwatch(*this);
  pending_.release();
  waits_.end();
  lane_->starved.leave(*this);
  lane_->starved.look_soon();
  client_.leave();
  lane_->home.poll().forget(*this);
  stream_.close();
  slot_ = {};
  on().recorder().connections_closed[here].add();
  lane_->home.leave(*this);
}

lines_sessions::lines_sessions(ingress::doors& of) {
  for (const auto& each : of.all()) lanes_.push_back(std::make_unique<lines_lane>(*each));
}

net::session_factory lines_sessions::factory() {
  return [this](runtime::lane& on, net::arrival a) {
    const auto at = std::ranges::find_if(lanes_, [&on](const auto& each) { return &each->door->on() == &on; });
    std::make_shared<lines_session>(**at, std::move(a))->start();
  };
}

}  // namespace gateway::lines
