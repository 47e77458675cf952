#include "loadgen/report/live_view.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "loadgen/answers/fates.h"
#include "loadgen/measure/tally.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/units/quantity.h"

namespace loadgen::report {

namespace {

constexpr const char* bold = "\x1b[1m";
constexpr const char* dim = "\x1b[2m";
constexpr const char* red = "\x1b[31m";
constexpr const char* plain = "\x1b[0m";

/// Part of the run that is over, 0..1: by events where their number is given, else by time.
double share_done(const measure::progress& state) {
  const plan::run_plan& plan = state.plan();
  if (plan.events && *plan.events > 0) {
    return std::min(1.0, static_cast<double>(state.total().counts.settled()) / static_cast<double>(*plan.events));
  }
  return std::min(1.0, units::seconds_of(state.elapsed()) / units::seconds_of(plan.duration));
}

std::string eta(const measure::progress& state) {
  const double share = share_done(state);
  if (share >= 1) return "finishing";
  if (share <= 0.001) return "";
  const double left = units::seconds_of(state.elapsed()) * (1 - share) / share;
  return units::format_duration(std::chrono::nanoseconds(std::llround(left * 1e9))) + " left";
}

std::string bar(double share, std::size_t width) {
  const auto full = static_cast<std::size_t>(share * static_cast<double>(width));
  std::string text;
  for (std::size_t i = 0; i < width; ++i) text += i < full ? "█" : "░";
  return text;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.insert(0, width - text.size(), ' ');
  return text;
}

/// The newest interval long enough to speak of rates: the last of a run may be a few milliseconds.
measure::second_point newest(const measure::progress& state) {
  const auto& all = state.seconds();
  for (std::size_t i = all.size(); i > 0; --i) {
    if (all[i - 1].seconds >= 0.5 || i == 1) return all[i - 1];
  }
  return {};
}

/// An interval whose highest latency is zero had no answers.
std::string shown(std::chrono::nanoseconds latency) {
  return latency.count() == 0 ? "-" : units::format_latency(latency);
}

std::string percent(double share) { return std::to_string(static_cast<int>(share * 100)) + "%"; }

double per_second(std::uint64_t count, const measure::second_point& point) {
  return point.seconds > 0 ? static_cast<double>(count) / point.seconds : 0;
}

/// The last seconds of acked events a second, as small bars.
std::string spark(const measure::progress& state, std::size_t width) {
  constexpr std::array<const char*, 8> levels{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const auto& all = state.seconds();
  const std::size_t from = all.size() > width ? all.size() - width : 0;
  double highest = 1;
  for (std::size_t i = from; i < all.size(); ++i) {
    highest = std::max(highest, per_second(all[i].counts.with_fate(answers::fate::acked), all[i]));
  }
  std::string text;
  for (std::size_t i = from; i < all.size(); ++i) {
    const double share = per_second(all[i].counts.with_fate(answers::fate::acked), all[i]) / highest;
    text += levels[std::min<std::size_t>(7, static_cast<std::size_t>(share * 7.999))];
  }
  return text;
}

std::string cores(double value) { return units::format_fixed(value, 2); }

}  // namespace

live_view::live_view(std::FILE* out, bool quiet) : out_(out), quiet_(quiet), terminal_(::isatty(::fileno(out)) == 1) {}

std::string live_view::plain_line(const measure::progress& state) {
  if (state.seconds().empty()) return {};
  const measure::second_point last = newest(state);
  const measure::counters& all = state.total().counts;
  std::string text = padded(units::format_duration(state.elapsed()), 7) + " " + padded(percent(share_done(state)), 4);
  text += "  sent/s " + padded(units::format_count(per_second(last.counts.events_sent, last)), 9);
  text += "  acked/s " + padded(units::format_count(per_second(last.counts.with_fate(answers::fate::acked), last)), 9);
  text += "  refused " + units::format_count(static_cast<double>(all.with_fate(answers::fate::refused)));
  text += "  unknown " + units::format_count(static_cast<double>(all.with_fate(answers::fate::unknown)));
  text += "  p50 " + shown(last.corrected.p50) + "  p99 " + shown(last.corrected.p99);
  text += "  max " + shown(last.corrected.max);
  const std::string rest = eta(state);
  return text + (rest.empty() ? "" : "  " + rest) + "\n";
}

std::string live_view::block(const measure::progress& state, std::size_t columns) {
  const measure::second_point last = newest(state);
  const measure::counters& all = state.total().counts;
  const std::size_t width = std::clamp<std::size_t>(columns, 60, 100) - 30;
  const double share = share_done(state);
  const auto wrong = all.with_fate(answers::fate::refused) + all.with_fate(answers::fate::unknown);
  std::string text = std::string(bold) + "run " + state.plan().run_text + plain + "  " + state.plan().target + "  " +
                     state.plan().topic + dim + "  rate " + state.plan().rate_text + plain + "\n";
  text += bar(share, width) + padded(percent(share), 5) + "  " + units::format_duration(state.elapsed()) + "  " +
          eta(state);
  text += "\n" + spark(state, width) + "\n";
  text += "events/s   sent " + padded(units::format_count(per_second(last.counts.events_sent, last)), 10) +
          "   acked " + padded(units::format_count(per_second(last.counts.with_fate(answers::fate::acked), last)), 10);
  if (last.target_rate > 0) text += "   planned " + padded(units::format_count(last.target_rate), 10);
  text += "\ntotal      sent " + padded(units::format_count(static_cast<double>(all.events_sent)), 10) + "   acked " +
          padded(units::format_count(static_cast<double>(all.with_fate(answers::fate::acked))), 10) + "   " +
          (wrong > 0 ? red : "") + "refused " +
          units::format_count(static_cast<double>(all.with_fate(answers::fate::refused))) + "   unknown " +
          units::format_count(static_cast<double>(all.with_fate(answers::fate::unknown))) + (wrong > 0 ? plain : "") +
          "   busy " + units::format_count(static_cast<double>(all.busy_answers)) + "\n";
  text += "latency    p50 " + padded(shown(last.corrected.p50), 9) + "   p99 " + padded(shown(last.corrected.p99), 9) +
          "   p99.9 " + padded(shown(last.corrected.p999), 9) + "   max " + padded(shown(last.corrected.max), 9) + "\n";
  text += "cores      generator " + cores(last.own_cores);
  if (last.server_cores) text += "   server " + cores(*last.server_cores);
  return text + "   machine " + cores(last.machine_cores) + "\n";
}

void live_view::on_second(const measure::progress& state) {
  if (quiet_) return;
  if (!terminal_) {
    std::fputs(plain_line(state).c_str(), out_);
    std::fflush(out_);
    return;
  }
  winsize size{};
  const bool known = ::ioctl(::fileno(out_), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  const std::string text = block(state, known ? size.ws_col : 80);
  std::string picture;
  if (lines_drawn_ > 0) picture = "\x1b[" + std::to_string(lines_drawn_) + "A";
  for (const std::string_view line : units::split(std::string_view(text).substr(0, text.size() - 1), '\n')) {
    picture += "\x1b[2K" + std::string(line) + "\n";
  }
  lines_drawn_ = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  std::fputs(picture.c_str(), out_);
  std::fflush(out_);
}

void live_view::on_wait(const std::string& what) {
  if (quiet_) return;
  std::fprintf(out_, "%s%s\n", terminal_ ? "\r\x1b[2K" : "", what.c_str());
  std::fflush(out_);
}

void live_view::on_verified(double share) {
  if (quiet_ || share < verification_drawn_ + (terminal_ ? 0.01 : 0.25)) return;
  verification_drawn_ = share;
  if (terminal_) std::fputs("\r\x1b[2K", out_);
  std::fprintf(out_, "reading the topic back: %s%s", percent(share).c_str(), terminal_ ? "" : "\n");
  std::fflush(out_);
}

void live_view::on_end() {
  if (!quiet_ && terminal_ && verification_drawn_ >= 0) std::fputs("\r\x1b[2K", out_);
  lines_drawn_ = 0;
  verification_drawn_ = -1;
}

}  // namespace loadgen::report
