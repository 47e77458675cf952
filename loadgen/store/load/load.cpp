#include "loadgen/store/load/load.h"

#include <algorithm>
#include <deque>
#include <map>
#include <thread>
#include <vector>

#include "loadgen/measure/process_cpu.h"
#include "loadgen/store/load/reader.h"
#include "loadgen/store/load/writer.h"

namespace loadgen::store::load {

namespace {

using namespace std::chrono_literals;

std::vector<std::vector<sockets::address>> resolve(const load_plan& plan) {
  std::vector<std::vector<sockets::address>> found;
  for (const instance_address& each : plan.instances) found.push_back(sockets::resolve(each.host, each.port));
  return found;
}

template <typename Client>
void collect(std::deque<Client>& from, outcome& into) {
  for (Client& each : from) {
    into.all.add(each.counted());
    into.history.clients.push_back(each.take_log());
  }
}

/// Starts one thread a client; `cpu` gets the time that they have used.
template <typename Client>
void start(std::deque<Client>& clients, std::vector<std::thread>& threads, std::atomic<std::int64_t>& cpu,
           std::atomic<std::size_t>& working) {
  for (Client& each : clients) {
    ++working;
    threads.emplace_back([&each, &cpu, &working] {
      each.work();
      cpu += measure::thread_cpu().count();
      --working;
    });
  }
}

}  // namespace

outcome run(const load_plan& plan, const std::atomic<bool>& interrupt) {
  outcome done;
  shared all{plan, std::chrono::steady_clock::now(), resolve(plan), board(plan.aggregates)};
  std::deque<writer> writers;
  std::deque<reader> readers;
  for (std::uint16_t i = 0; i < plan.writers; ++i) writers.emplace_back(all, i);
  for (std::uint16_t i = 0; i < plan.readers; ++i)
    readers.emplace_back(all, static_cast<std::uint16_t>(plan.writers + i));
  std::vector<std::thread> threads;
  std::atomic<std::int64_t> cpu = 0;
  std::atomic<std::size_t> writing = 0, reading = 0;
  all.start = std::chrono::steady_clock::now();
  start(writers, threads, cpu, writing);
  start(readers, threads, cpu, reading);
  while (writing > 0) {
    std::this_thread::sleep_for(10ms);
    if (interrupt) all.is_over = true;
  }
  all.is_over = true;
  for (std::thread& each : threads) each.join();
  done.took = std::chrono::steady_clock::now() - all.start;
  done.own_cpu = std::chrono::nanoseconds(cpu);
  done.history.run = plan.run;
  done.history.aggregates = plan.aggregates;
  done.history.event_bytes = plan.event_bytes;
  collect(writers, done);
  collect(readers, done);
  done.longest_pause = longest_pause(done.history);
  return done;
}

std::chrono::nanoseconds longest_pause(const history::recorded& of) {
  std::map<std::int32_t, std::vector<std::int64_t>> acks;  // by partition
  for (const history::client_log& each : of.clients) {
    for (const history::attempt& told : each.attempts) {
      if (told.said == history::answer::written) acks[told.partition].push_back(told.end);
    }
  }
  std::int64_t longest = 0;
  for (auto& [partition, times] : acks) {
    std::ranges::sort(times);
    for (std::size_t i = 1; i < times.size(); ++i) longest = std::max(longest, times[i] - times[i - 1]);
  }
  return std::chrono::nanoseconds(longest);
}

}  // namespace loadgen::store::load
