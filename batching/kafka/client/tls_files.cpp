#include "batching/kafka/client/tls_files.h"

#include <utility>

#include "metrics/events.h"

namespace batching::kafka::client {

using metrics::happened;
using metrics::happening;

tls_files::tls_files(stream::tls_settings settings) : settings_(std::move(settings)) {}

std::vector<files::file_mark> tls_files::look() const {
  return {files::mark_of(settings_.ca), files::mark_of(settings_.certificate), files::mark_of(settings_.key)};
}

std::shared_ptr<stream::tls_context> tls_files::current() {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (now < look_due_) return context_;
  look_due_ = now + look_every;
  auto marks = look();
  if (context_ && problem_.empty() && marks == seen_) return context_;
  seen_ = std::move(marks);
  make();
  return context_;
}

void tls_files::make() {
  const bool is_renewal = context_ != nullptr;
  auto made = stream::tls_context::make(settings_);
  if (!made) {
    if (problem_ != made.error())
      happened(happening::credentials_unusable,
               "the TLS files for " + settings_.words.whom + " cannot be used: " + made.error());
    problem_ = made.error();
    return;
  }
  problem_.clear();
  context_ = std::move(*made);
  if (is_renewal)
    happened(happening::credentials_renewed,
             "the TLS files for " + settings_.words.whom + " were renewed and are in use");
}

std::string tls_files::problem() {
  static_cast<void>(current());
  const std::lock_guard lock(mutex_);
  return problem_;
}

}  // namespace batching::kafka::client
