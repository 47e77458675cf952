#include "metrics/collect.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "metrics/events.h"

namespace metrics {

namespace {

template <typename Sums, typename Tallies>
void add_each(Sums& sums, const Tallies& tallies) noexcept {
  for (std::size_t i = 0; i < sums.size() && i < tallies.size(); ++i) sums[i] += tallies[i].value();
}

void add_topic(topic_row& row, const topic_counts& counts) noexcept {
  add_each(row.events_in, counts.events_in);
  add_each(row.bytes_in, counts.bytes_in);
  add_each(row.settled, counts.outcomes);
  row.batches += counts.batches.value();
  row.batch_records += counts.batch_records.value();
  row.batch_bytes += counts.batch_bytes.value();
  const auto age_us = counts.oldest_unsettled_us.load(std::memory_order_relaxed);
  row.publish_lag_seconds = std::max(row.publish_lag_seconds, static_cast<double>(age_us) / 1e6);
}

void add_listener(listener_row& row, const lane_recorder& lane, std::size_t of) noexcept {
  row.connections_closed += lane.connections_closed[of].value();  // before opened: never fewer than 0 are open
  row.connections_opened += lane.connections_opened[of].value();
  row.connections_refused += lane.connections_refused[of].value();
  add_each(row.tls_handshakes, lane.tls_handshakes[of]);
  row.handshakes_under_way += lane.handshakes_under_way[of].value();
  row.request_us.add(lane.request_us[of]);
}

void add_requests(std::vector<request_row>& rows, const lane_recorder& lane) {
  for (std::size_t l = 0; l < listeners; ++l)
    for (std::size_t r = 0; r < routes; ++r)
      for (const int status : lane_recorder::known_statuses) {
        const auto on = static_cast<listener>(l);
        const auto to = static_cast<route>(r);
        const std::uint64_t count = lane.requests(on, to, status);
        if (count > 0) rows.push_back({on, to, status, count});
      }
}

bool before(const request_row& a, const request_row& b) noexcept {
  return std::tie(a.on, a.to, a.status) < std::tie(b.on, b.to, b.status);
}

void merge_equal(std::vector<request_row>& rows) {
  std::sort(rows.begin(), rows.end(), before);
  std::vector<request_row> merged;
  for (const auto& row : rows) {
    if (!merged.empty() && !before(merged.back(), row))
      merged.back().count += row.count;
    else
      merged.push_back(row);
  }
  rows = std::move(merged);
}

}  // namespace

void histogram_counts::add(const log2_histogram& other) noexcept {
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.bucket(i);
  sum += other.sum();
}

std::uint64_t histogram_counts::total() const noexcept {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

bool topic_row::seen() const noexcept {
  const auto any = [](const auto& a) { return std::any_of(a.begin(), a.end(), [](auto n) { return n != 0; }); };
  return any(events_in) || any(settled) || batches != 0 || in_flight_bytes != 0;
}

void add_lane(snapshot& into, const lane_recorder& lane) {
  into.records_settled += lane.records_settled.value();
  for (auto& row : into.topics)
    if (const topic_counts* counts = lane.find_topic(row.id)) add_topic(row, *counts);
  for (std::size_t i = 0; i < listeners; ++i) add_listener(into.by_listener[i], lane, i);
  add_requests(into.requests, lane);
  add_each(into.refused_events, lane.refused_events);
  into.refused_full += lane.refused_full.value();
  into.refused_draining += lane.refused_draining.value();
  into.lines_oversize += lane.lines_oversize.value();
  into.protocol_errors += lane.protocol_errors.value();
  into.delivery_us.add(lane.delivery_us);
  into.linger_us.add(lane.linger_us);
  into.batch_records.add(lane.batch_records);
  into.batch_bytes.add(lane.batch_bytes);
  into.records_admitted += lane.records_admitted.value();
}

void add_admin_lane(snapshot& into, const lane_recorder& lane) {
  constexpr auto http = static_cast<std::size_t>(listener::http);
  auto& row = into.by_listener[static_cast<std::size_t>(listener::admin)];
  row.on = true;
  add_listener(row, lane, http);
  std::vector<request_row> requests;
  add_requests(requests, lane);
  for (auto& request : requests) request.on = listener::admin;
  into.requests.insert(into.requests.end(), requests.begin(), requests.end());
  into.protocol_errors += lane.protocol_errors.value();
}

void finish(snapshot& into) {
  std::sort(into.topics.begin(), into.topics.end(), [](const auto& a, const auto& b) { return a.topic < b.topic; });
  merge_equal(into.requests);
  into.in_flight.records = static_cast<std::int64_t>(into.records_admitted - into.records_settled);
  for (const auto& row : happening_catalogue())
    into.happenings.push_back({row.name, to_string(row.level), row.calls_person, happened_total(row.which)});
  into.log_lines_lost = log_lines_dropped();
}

std::string_view name(tls_outcome how) noexcept {
  constexpr std::array<std::string_view, tls_outcomes> names = {"full",
                                                                "resumed",
                                                                "plain",
                                                                "no_agreement",
                                                                "no_certificate",
                                                                "bad_certificate",
                                                                "refused_by_client",
                                                                "timed_out",
                                                                "crowded_out",
                                                                "bad_proxy_header",
                                                                "closed",
                                                                "failed"};
  return names[static_cast<std::size_t>(how)];
}

std::string_view name(listener l) noexcept {
  switch (l) {
    case listener::http: return "http";
    case listener::tcp: return "tcp";
    case listener::lines: return "lines";
    case listener::admin: return "admin";
  }
  return "other";
}

std::string_view name(route r) noexcept {
  switch (r) {
    case route::events: return "events";
    case route::topics: return "topics";
    case route::topic: return "topic";
    case route::partition_of: return "partition_of";
    case route::healthz: return "healthz";
    case route::readyz: return "readyz";
    case route::admin_metrics: return "admin_metrics";
    case route::admin_page: return "admin_page";
    case route::frame: return "frame";
    case route::rest_proxy_v2: return "rest_proxy_v2";
    case route::rest_proxy_v3: return "rest_proxy_v3";
    case route::record: return "record";
    case route::store: return "store";
    case route::openapi: return "openapi";
    case route::other: return "other";
  }
  return "other";
}

}  // namespace metrics
