// The cost of reading one request head of 233 bytes: our strict parser, llhttp with nothing on top, and Beast's parser.
// docs/adr/0002-http-parser.md has the figures.
#include <benchmark/benchmark.h>
#include <llhttp.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <string>

#include "gateway/http1/request_parser.h"

namespace {

const std::string head =
    "POST /v1/topics/orders/events?results=each HTTP/1.1\r\nHost: gateway.example.com:8080\r\nUser-Agent: "
    "shipper/2.14.0\r\n"
    "Accept: application/json\r\nContent-Type: application/json\r\nHeadgate-Key: order-000123456\r\nContent-Length: "
    "256\r\n"
    "Connection: k\r\n\r\n";

void ours(benchmark::State& state) {
  gateway::http1::request_parser parser(gateway::http1::head_limits{});
  for (auto _ : state) {
    parser.reset();
    if (parser.feed(head) != gateway::http1::request_parser::status::done) state.SkipWithError("refused");
    benchmark::DoNotOptimize(parser.head());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(head.size()) * state.iterations());
}
BENCHMARK(ours);

// Only framing, and the spans of fields: neither our checks on top of it nor the comparison of names are in it.
void llhttp_alone(benchmark::State& state) {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  const auto span = [](llhttp_t* p, const char* at, std::size_t size) {
    benchmark::DoNotOptimize(at);
    static_cast<std::string_view*>(p->data)[0] = {at, size};
    return 0;
  };
  settings.on_url = span;
  settings.on_header_field = span;
  settings.on_header_value = span;
  settings.on_headers_complete = [](llhttp_t*) { return static_cast<int>(HPE_PAUSED); };
  std::string_view last;
  for (auto _ : state) {
    llhttp_t parser;
    llhttp_init(&parser, HTTP_REQUEST, &settings);
    parser.data = &last;
    if (llhttp_execute(&parser, head.data(), head.size()) != HPE_PAUSED) state.SkipWithError("refused");
    benchmark::DoNotOptimize(parser.content_length);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(head.size()) * state.iterations());
}
BENCHMARK(llhttp_alone);

void beast(benchmark::State& state) {
  for (auto _ : state) {
    boost::beast::http::request_parser<boost::beast::http::empty_body> parser;
    boost::system::error_code ec;
    parser.put(boost::asio::buffer(head), ec);
    if (!parser.is_header_done()) state.SkipWithError("refused");
    benchmark::DoNotOptimize(parser.get());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(head.size()) * state.iterations());
}
BENCHMARK(beast);

}  // namespace
