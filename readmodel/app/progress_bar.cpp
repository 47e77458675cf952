#include "readmodel/app/progress_bar.h"

#include <unistd.h>

namespace readmodel::app {

using namespace std::chrono_literals;

namespace {
constexpr std::size_t width = 30;
}

progress_bar::progress_bar(std::FILE* to) : to_(to), is_terminal_(to != nullptr && ::isatty(::fileno(to)) == 1) {}

void progress_bar::show(const project::rebuild_progress& p) {
  const auto now = std::chrono::steady_clock::now();
  if (to_ == nullptr || now < next_) return;
  next_ = now + (is_terminal_ ? std::chrono::milliseconds(200) : std::chrono::milliseconds(5000));
  has_shown_ = true;
  std::fprintf(to_, is_terminal_ ? "\r%s\033[K" : "%s\n", bar_line(p).c_str());
  std::fflush(to_);
}

void progress_bar::end() {
  if (to_ != nullptr && is_terminal_ && has_shown_) std::fputc('\n', to_);
}

std::string bar_line(const project::rebuild_progress& p) {
  const double share = p.total == 0 ? 1.0 : static_cast<double>(p.done) / static_cast<double>(p.total);
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(width));
  const double rate = p.seconds > 0 ? static_cast<double>(p.done) / p.seconds : 0;
  std::string line = "[" + std::string(filled, '#') + std::string(width - filled, '.') + "] " +
                     std::to_string(static_cast<int>(share * 100)) + " %  " + std::to_string(p.done) + " of " +
                     std::to_string(p.total) + " events  " + std::to_string(static_cast<std::uint64_t>(rate)) + "/s";
  if (rate > 0 && p.total > p.done)
    line +=
        "  " + std::to_string(static_cast<std::uint64_t>(static_cast<double>(p.total - p.done) / rate + 1)) + " s left";
  return line;
}

}  // namespace readmodel::app
