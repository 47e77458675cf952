#include "readmodel/cassandra/session.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

namespace readmodel::cassandra {

using namespace std::chrono_literals;
using batching::stream::io_result;
using cql::clock;

namespace {

// How often a wait looks whether it should end.
constexpr auto look_every = 100ms;

void add_one(std::atomic<std::uint64_t>& to) { to.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

// The statements of one execute().
struct session::work {
  std::span<const cql::statement> all;
  std::vector<cql::rows> answers;
  std::deque<std::size_t> pending;
  std::vector<bool> is_done;
  std::size_t left = 0;
  clock::time_point last_success;
  clock::time_point not_before;

  explicit work(std::span<const cql::statement> of)
      : all(of), answers(of.size()), is_done(of.size()), left(of.size()), last_success(clock::now()) {
    repeat_all();
  }
  void repeat_all() {
    pending.clear();
    for (std::size_t i = 0; i < all.size(); ++i)
      if (!is_done[i]) pending.push_back(i);
  }
  void finish(std::size_t i, cql::rows with) {
    answers[i] = std::move(with);
    is_done[i] = true;
    --left;
    last_success = clock::now();
  }
};

session::session(session_settings settings, counters& count, std::stop_token stop)
    : settings_(std::move(settings)),
      count_(&count),
      stop_(std::move(stop)),
      in_flight_limit_(settings_.conversation.in_flight_max),
      pause_(settings_.pause_min) {
  count_->in_flight_limit = in_flight_limit_;
}

auto session::execute(std::span<const cql::statement> all) -> result<std::vector<cql::rows>> {
  work w(all);
  while (w.left > 0) {
    if (stop_.stop_requested()) {
      disconnect("stopped");  // what is in flight refers to statements that are about to go
      return failure{errc::stopped, "stopped"};
    }
    if (auto gave_up = check_patience(w)) {
      disconnect(gave_up->message);
      return *gave_up;
    }
    if (!talk_) {
      if (!connect()) {
        if (!was_ready_ && !refusal_.empty()) return failure{errc::refused, refusal_};
        pause_before_repeat(w);
        sleep(pause_);
        continue;
      }
      w.repeat_all();
    }
    submit_pending(w);
    if (exchange(w.pending.empty() ? look_every : 5ms) == turn::lost) {
      count_->repeats.fetch_add(w.left - w.pending.size(), std::memory_order_relaxed);
      continue;
    }
    if (auto refused = take_answers(w)) {
      disconnect(refused->message);
      return *refused;
    }
  }
  return std::move(w.answers);
}

auto session::execute_one(const cql::statement& one) -> result<cql::rows> {
  auto all = execute({&one, 1});
  if (!all) return all.error();
  return std::move(all->front());
}

std::optional<failure> session::read_pages(cql::statement query, std::int32_t page_rows,
                                           const std::function<bool(cql::rows&)>& take) {
  query.options.page_rows = page_rows;
  for (;;) {
    auto page = execute_one(query);
    if (!page) return page.error();
    query.options.paging_state = page->paging_state;
    if (!take(*page) || query.options.paging_state.empty()) return std::nullopt;
  }
}

std::optional<failure> session::check_patience(const work& w) const {
  if (clock::now() - w.last_success < settings_.patience) return std::nullopt;
  return failure{errc::unreachable, "Cassandra has not acknowledged anything for too long: " +
                                        (last_trouble_.empty() ? std::string("no answer") : last_trouble_)};
}

void session::submit_pending(work& w) {
  if (clock::now() < w.not_before) return;
  const auto now = clock::now();
  while (!w.pending.empty() && talk_->has_room() && talk_->in_flight() < in_flight_limit_) {
    const std::size_t i = w.pending.front();
    w.pending.pop_front();
    talk_->submit(i, w.all[i], now);
  }
}

std::optional<failure> session::take_answers(work& w) {
  while (talk_) {
    auto a = talk_->next_answer();
    if (!a) break;
    if (const auto* error = std::get_if<cql::server_error>(&a->is)) {
      if (auto refused = on_error(w, a->token, *error)) return refused;
      continue;
    }
    auto* rows = std::get_if<cql::rows>(&a->is);
    w.finish(a->token, rows != nullptr ? std::move(*rows) : cql::rows());
    on_success();
  }
  return std::nullopt;
}

// Additive increase: as many successes as the limit raise it by an eighth.
void session::on_success() {
  add_one(count_->statements);
  pause_ = settings_.pause_min;
  if (in_flight_limit_ >= settings_.conversation.in_flight_max || ++successes_ < in_flight_limit_) return;
  successes_ = 0;
  in_flight_limit_ = std::min(settings_.conversation.in_flight_max, in_flight_limit_ + in_flight_limit_ / 8 + 1);
  count_->in_flight_limit = in_flight_limit_;
}

std::optional<failure> session::on_error(work& w, std::uint64_t token, const cql::server_error& error) {
  last_trouble_ = describe(error);
  switch (cql::meaning_of(error.code).what_to_do) {
    case cql::remedy::give_up:
    case cql::remedy::login: return failure{errc::refused, last_trouble_};
    case cql::remedy::repeat_slower:
      add_one(count_->overloaded);
      in_flight_limit_ = std::max<std::size_t>(1, in_flight_limit_ / 2);
      count_->in_flight_limit = in_flight_limit_;
      successes_ = 0;
      break;
    case cql::remedy::other_node: disconnect(last_trouble_); return std::nullopt;
    case cql::remedy::repeat:
    case cql::remedy::prepare_again: break;
  }
  add_one(count_->repeats);
  w.pending.push_back(token);
  pause_before_repeat(w);
  return std::nullopt;
}

void session::pause_before_repeat(work& w) {
  const auto now = clock::now();
  if (now < w.not_before) return;  // many errors of one moment are one reason to pause
  w.not_before = now + pause_;
  pause_ = std::min(pause_ * 2, settings_.pause_max);
}

void session::sleep(std::chrono::milliseconds time) const {
  const auto until = clock::now() + time;
  while (!stop_.stop_requested() && clock::now() < until)
    std::this_thread::sleep_for(std::min<clock::duration>(look_every, until - clock::now()));
}

auto session::exchange(std::chrono::milliseconds wait) -> turn {
  if (talk_->is_overdue(clock::now())) {
    disconnect("the node has not answered in time");
    return turn::lost;
  }
  if (!write_what_is_due()) return turn::lost;
  if (!stream_.has_pending()) {
    const bool wants_room = !talk_->output().empty() || stream_.want_write();
    pollfd one{stream_.descriptor(), static_cast<short>(POLLIN | (wants_room ? POLLOUT : 0)), 0};
    ::poll(&one, 1, static_cast<int>(wait.count()));
  }
  return read_what_is_there();
}

bool session::write_what_is_due() {
  cql::bytes& due = talk_->output();
  std::size_t sent = 0;
  while (sent < due.size()) {
    const io_result r = stream_.write_some(std::string_view(due).substr(sent));
    if (r.is == io_result::state::would_block) break;
    if (r.is != io_result::state::done) {
      disconnect("the connection was lost");
      return false;
    }
    sent += r.bytes;
  }
  due.erase(0, sent);
  return true;
}

auto session::read_what_is_there() -> turn {
  std::array<char, 64 * 1024> room;  // NOLINT: filled by read_some
  for (;;) {
    const io_result r = stream_.read_some(room.data(), room.size());
    if (r.is == io_result::state::would_block) return turn::go_on;
    if (r.is != io_result::state::done) {
      disconnect("the connection was lost");
      return turn::lost;
    }
    if (!talk_->on_bytes({room.data(), r.bytes}, clock::now())) {
      disconnect(talk_->failure());
      return turn::lost;
    }
  }
}

}  // namespace readmodel::cassandra
