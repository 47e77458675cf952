#include "gateway/http1/sessions.h"

#include <algorithm>
#include <utility>

#include "gateway/http1/session.h"

namespace gateway::http1 {

namespace {

std::size_t largest_request_bytes(const config::limits& l) noexcept {
  return static_cast<std::size_t>(l.body_bytes_max) + l.head_bytes_max + conversation::framing_slack_bytes;
}

}  // namespace

http_lane::http_lane(std::unique_ptr<router> to, net::io_room& room)
    : router_(std::move(to)), room_(&room), round_(*router_), poller_(router_->on(), *this), starved_(router_->on()) {}

http_lane::~http_lane() {
  while (sessions_ != nullptr) sessions_->close();
}

void http_lane::enter(http_session& s) noexcept {
  intrusive_ptr_add_ref(&s);
  s.next_ = sessions_;
  s.previous_ = nullptr;
  if (sessions_ != nullptr) sessions_->previous_ = &s;
  sessions_ = &s;
}

void http_lane::leave(http_session& s) noexcept {
  (s.previous_ != nullptr ? s.previous_->next_ : sessions_) = s.next_;
  if (s.next_ != nullptr) s.next_->previous_ = s.previous_;
  intrusive_ptr_release(&s);
}

http_sessions::http_sessions(std::vector<std::unique_ptr<router>> routers)
    : room_(routers.front()->on().budget(), largest_request_bytes(routers.front()->limits())) {
  for (auto& to : routers) lanes_.push_back(std::make_unique<http_lane>(std::move(to), room_));
}

http_sessions::~http_sessions() = default;

net::session_factory http_sessions::factory() {
  return [this](runtime::lane& on, net::arrival a) {
    const auto home =
        std::find_if(lanes_.begin(), lanes_.end(), [&on](const auto& l) { return &l->routes().on() == &on; });
    http_session::start(**home, std::move(a));
  };
}

}  // namespace gateway::http1
