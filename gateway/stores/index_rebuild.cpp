#include "gateway/stores/index_rebuild.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "metrics/events.h"

namespace gateway::stores {

using metrics::happened;
using metrics::happening;

void index_rebuild::want(const std::string& why) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || is_wanted_) return;
  is_wanted_ = true;
  why_ = why;
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  changed_.notify_all();
}

void index_rebuild::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void index_rebuild::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait(lock, [this] { return is_wanted_ || stopping_; });
    changed_.wait_for(lock, next_pause(), [this] { return stopping_; });
    if (!stopping_) rebuild(lock);
  }
}

// A disk that fails at every write is not worn out by trying.
std::chrono::milliseconds index_rebuild::next_pause() {
  const auto since = clock::now() - rebuilt_at_;
  if (rebuilt_at_ == clock::time_point{} || since > between_.steady) {
    pause_ = {};
    return {};
  }
  pause_ = std::clamp(pause_ * 2, between_.first, between_.longest);
  return pause_;
}

void index_rebuild::rebuild(std::unique_lock<std::mutex>& lock) {
  const std::string why = why_;
  happened(happening::store_index_thrown_away, "the index is begun anew from Kafka's log, while the process runs",
           {{"why", why}});
  on_every_place(lock, [](place& p) { p.partition().stand_down(); });
  await_quiet(lock);
  on_every_place(lock, [](place& p) { p.close_driver(); });
  while (!stopping_ && !begin_anew(lock)) changed_.wait_for(lock, next_pause(), [this] { return stopping_; });
  rebuilt_at_ = clock::now();
  if (!stopping_) on_every_place(lock, [](place& p) { p.open_driver(); });
  is_wanted_ = false;  // reads that met the index in between have wanted this one
  if (stopping_) return;
  on_every_place(lock, [this](place& p) {
    if (p.partition().has_failed()) want("the new one failed as well");
  });
}

// Waits until all have done it, or the process ends: lanes that stand still do nothing.
void index_rebuild::on_every_place(std::unique_lock<std::mutex>& lock, const std::function<void(place&)>& does) {
  lock.unlock();
  const std::vector<place*> all = stores_->all();
  lock.lock();
  open_tasks_ = all.size();
  for (place* p : all)
    boost::asio::post(p->on().io(), [this, p, does] {
      does(*p);
      const std::lock_guard done(mutex_);
      --open_tasks_;
      changed_.notify_all();
    });
  changed_.wait(lock, [this] { return open_tasks_ == 0 || stopping_; });
}

void index_rebuild::await_quiet(std::unique_lock<std::mutex>& lock) {
  constexpr std::chrono::milliseconds look_every{5};
  const auto until = clock::now() + between_.append_patience;
  lock.unlock();
  const std::vector<place*> all = stores_->all();
  lock.lock();
  const auto is_quiet = [&all] {
    return std::ranges::all_of(all, [](const place* p) { return !p->partition().has_under_way(); });
  };
  while (!stopping_ && !is_quiet() && clock::now() < until)
    changed_.wait_for(lock, look_every, [this] { return stopping_; });
}

bool index_rebuild::begin_anew(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  const auto made = index_->begin_anew();
  lock.lock();
  if (made) return true;
  rebuilt_at_ = clock::now();
  happened(happening::store_index_failed, "no new index can be made: store topics are not served meanwhile",
           {{"why", made.error()}});
  return false;
}

}  // namespace gateway::stores
