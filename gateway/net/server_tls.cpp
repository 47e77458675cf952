#include "gateway/net/server_tls.h"

#include <utility>

#include "metrics/events.h"

namespace gateway::net {

using batching::stream::tls_server;
using metrics::happened;
using metrics::happening;

boost::system::result<std::unique_ptr<server_tls>, std::string> server_tls::make(std::string_view called,
                                                                                 settings from) {
  using answer = boost::system::result<std::unique_ptr<server_tls>, std::string>;
  std::unique_ptr<server_tls> made(new server_tls(called, std::move(from)));
  made->seen_ = made->look_at_files();
  auto first = tls_server::make(made->settings_);
  if (!first)
    return answer(boost::system::in_place_error, "TLS of listen." + std::string(called) + ": " + first.error());
  made->in_use_ = std::move(*first);
  return answer(std::move(made));
}

std::shared_ptr<tls_server> server_tls::current() const {
  const std::lock_guard lock(mutex_);
  return in_use_;
}

server_tls::marks server_tls::look_at_files() const {
  using batching::files::mark_of;
  marks out;
  for (const auto& pair : settings_.certificates) {
    out.push_back(mark_of(pair.certificate));
    out.push_back(mark_of(pair.key));
  }
  out.push_back(mark_of(settings_.client_ca));
  out.push_back(mark_of(settings_.revoked));
  return out;
}

void server_tls::look() {
  auto now = look_at_files();
  if (problem_.empty() && now == seen_) return;
  seen_ = std::move(now);
  renew();
}

void server_tls::replace(settings with) {
  settings_ = std::move(with);
  seen_ = look_at_files();
  renew();
}

void server_tls::renew() {
  auto made = tls_server::make(settings_);
  if (!made) {
    if (problem_ != made.error())
      happened(happening::credentials_unusable, "the TLS files of a listener cannot be used: " + made.error(),
               {{"listener", called_}});
    problem_ = made.error();
    return;
  }
  problem_.clear();
  {
    const std::lock_guard lock(mutex_);
    in_use_ = std::move(*made);
  }
  happened(happening::credentials_renewed, "the TLS files of a listener were renewed and are in use",
           {{"listener", called_}});
}

}  // namespace gateway::net
