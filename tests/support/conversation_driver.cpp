#include "tests/support/conversation_driver.h"

#include <algorithm>

#include "gateway/api/endpoints.h"

namespace tests {
namespace {

constexpr std::size_t padding = 64;

std::shared_ptr<const gateway::config::settings> with_defaults(gateway::config::settings s) {
  if (s.topics.empty()) s.topics.emplace_back();
  return std::make_shared<const gateway::config::settings>(std::move(s));
}

}  // namespace

conversation_driver::conversation_driver(gateway::config::settings settings, const table& routes)
    : settings_(with_defaults(std::move(settings))),
      budget_(settings_->limits.in_flight_bytes_max, settings_->limits.in_flight_bytes_high,
              settings_->limits.in_flight_bytes_low),
      lane_(0, settings_, world, publisher, budget_),
      door_(lane_),
      router_(lane_, routes ? routes(door_) : gateway::api::events_routes(door_)),
      talk_(router_, *this) {
  world.add_topic("t", 4);
  world.show_topics(lane_);
  lane_.io().poll();
}

void conversation_driver::send(std::string_view bytes) {
  send_for_one_turn(bytes);
  go_on();
}

void conversation_driver::send_for_one_turn(std::string_view bytes) {
  append(bytes);
  take(bytes.size());
}

void conversation_driver::append(std::string_view bytes) {
  bytes_.resize(size_ + bytes.size() + padding);
  std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += bytes.size();
}

void conversation_driver::advance(std::chrono::milliseconds by) {
  now_ += by;
  talk_.check_time(now_);
  go_on();
}

void conversation_driver::take(std::size_t fresh) {
  std::size_t rest = size_;
  const std::size_t taken = talk_.take(bytes_.data(), rest, fresh, now_);
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(taken), rest, bytes_.begin());
  size_ = rest;
}

void conversation_driver::go_on() {
  for (bool more = true; more;) {
    lane_.io().restart();
    more = lane_.io().poll() > 0;
    std::string due;
    talk_.write(due, now_);
    if (!due.empty()) more = true;
    answers_ += due;
    if ((talk_.holds_back() || talk_.wants_turn()) && size_ > 0) {
      take(0);
      more = true;
    }
  }
}

void conversation_driver::end_of_input() {
  talk_.end_of_input(size_);
  go_on();
  talk_.end_of_input(size_);  // as a session does after each step
}

void conversation_driver::on_unknown_topic() noexcept {
  world.refresh_topics(lane_, [this](bool answered) { talk_.asked_kafka(answered); });
}

std::string conversation_driver::answers() const {
  std::string text = answers_;
  const std::string_view go = "HTTP/1.1 100 Continue\r\n\r\n";
  for (std::size_t at = 0; (at = text.find(go, at)) != std::string::npos;) text.erase(at, go.size());
  const std::string_view date = "\r\nDate: ";
  for (std::size_t at = 0; (at = text.find(date, at)) != std::string::npos; ++at) text.erase(at + date.size(), 29);
  return text;
}

}  // namespace tests
