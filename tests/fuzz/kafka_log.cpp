// The answer to a Fetch of a leader, or of whoever pretends to be one: any bytes. The first byte chooses: they are a
// whole answer, the record batches of one, or the records of one batch (whose checksum would stop the fuzzer).
#include <cstdlib>
#include <string_view>
#include <vector>

#include "batching/kafka/wire/decompressor.h"
#include "batching/kafka/wire/fetch_requests.h"
#include "batching/kafka/wire/record_batch_reader.h"

namespace {

using namespace batching::kafka::wire;

void expect_within(std::string_view part, std::string_view whole) {
  if (!part.empty() && (part.data() < whole.data() || part.data() + part.size() > whole.data() + whole.size()))
    std::abort();
}

void read_records(const record_batch_head& head, std::string_view raw) {
  std::vector<batching::header> headers;
  record_reader reader(head, raw, headers);
  for (read_record r; reader.next(r);) {
    expect_within(r.key, raw);
    expect_within(r.value, raw);
    if (r.offset < head.base_offset || r.offset >= head.next_offset()) std::abort();
    for (const batching::header& h : r.headers) expect_within(h.value, raw);
  }
}

void read_batches(std::string_view batches) {
  record_batch_reader reader(batches);
  decompressor unpacks;
  buffer raw;
  for (record_batch_head head; reader.next(head) == record_batch_reader::step::batch;) {
    expect_within(head.records, batches);
    if (head.codec_number() == 0)
      read_records(head, head.records);
    else if (unpacks.run(head.codec_number(), head.records, raw) == decompressor::result::done)
      read_records(head, raw.view());
  }
}

void read_answer(std::string_view answer) {
  fetch_reader reader(answer);
  for (fetch_answer a; reader.next(a);) {
    expect_within(a.record_batches, answer);
    read_batches(a.record_batches);
  }
  static_cast<void>(read_list_offsets(answer));
  static_cast<void>(read_find_coordinator(answer));
  static_cast<void>(read_add_partition(answer));
  static_cast<void>(read_abort_transaction(answer));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  record_batch_head head;
  head.last_offset_delta = 1000;
  head.count = 1001;
  switch (data[0] % 4) {
    case 0: read_answer(input); break;
    case 1: read_batches(input); break;
    case 2: read_records(head, input); break;
    default: {
      decompressor unpacks;
      buffer raw;
      static_cast<void>(unpacks.run(data[0] / 4 % 8, input, raw));
    }
  }
  return 0;
}
