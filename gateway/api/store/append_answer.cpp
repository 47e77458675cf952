#include "gateway/api/store/append_answer.h"

#include "gateway/http1/json_text.h"

namespace gateway::api::store {
namespace {

using http1::errc;
using ::store::append_answer;
using ::store::append_fate;

template <typename Number>
void add_member(std::string& to, std::string_view name, Number n) {
  to.append(",\"").append(name).append("\":");
  http1::append_number(to, n);
}

void write_done(const append_answer& result, const answered_append& of, http1::reply& to) {
  to.status = result.fate == append_fate::duplicate ? 200 : 201;
  add_version_fields(result.version, to);
  std::string& body = to.body;
  body = R"({"aggregate":)";
  http1::append_json_string(body, of.aggregate);
  add_member(body, "version", result.version);
  add_member(body, "events", of.events);
  add_member(body, "first_version", result.first_version);
  add_member(body, "partition", of.partition);
  add_member(body, "first_offset", result.first_offset);
  add_member(body, "last_offset", result.last_offset);
  body += R"(,"token":")";
  http1::append_number(body, of.partition);
  body += ':';
  http1::append_number(body, result.last_offset);
  body += '"';
  if (result.fate == append_fate::duplicate) body += R"(,"duplicate":true)";
  body += '}';
}

void write_conflict(const append_answer& result, const answered_append& of, http1::reply& to) {
  std::string more;
  add_member(more, "current_version", result.version);
  write_problem(of.is_precondition ? errc::precondition_failed : errc::version_conflict,
                "the aggregate is at version " + std::to_string(result.version) +
                    ": nothing was written; read what is new, decide again, and append with that version",
                more, to);
  add_version_fields(result.version, to);
}

void write_too_large(const append_answer& result, http1::reply& to) {
  std::string more;
  add_member(more, "limit", result.limit);
  const std::string limit = std::to_string(result.limit);
  write_problem(errc::append_too_large,
                result.is_limit_of_events
                    ? "an append has at most " + limit + " events (store.append_events_max): nothing was written"
                    : "an append fits one record batch, and the topic's max.message.bytes is " + limit +
                          ", counted before compression: nothing was written; append less at once",
                more, to);
}

}  // namespace

void write_problem(errc error, std::string_view detail, std::string_view more, http1::reply& to) {
  const http1::problem_row& row = http1::row_of(error);
  to.status = row.status;
  to.content_type = http1::problem_content_type;
  to.body.clear();
  http1::append_problem_members(to.body, error, detail);
  to.body.append(more).append("}");
}

void add_version_fields(std::uint64_t version, http1::reply& to) {
  to.fields += "ETag: \"";
  http1::append_number(to.fields, version);
  to.fields += "\"\r\nHeadgate-Aggregate-Version: ";
  http1::append_number(to.fields, version);
  to.fields += "\r\n";
}

void add_owner_field(std::string_view owner, http1::reply& to) {
  if (!owner.empty()) to.fields.append("Headgate-Owner: ").append(owner).append("\r\n");
}

void write_answer(const append_answer& result, const answered_append& of, http1::reply& to) {
  switch (result.fate) {
    case append_fate::appended:
    case append_fate::duplicate: write_done(result, of, to); break;
    case append_fate::conflict: write_conflict(result, of, to); break;
    case append_fate::too_large: write_too_large(result, to); break;
    case append_fate::blocked:
      write_problem(errc::append_blocked,
                    "an earlier append to this aggregate was refused, and nothing of this one was written: send that "
                    "one again first",
                    {}, to);
      break;
    case append_fate::refused:
      if (result.why == batching::reason::message_too_large)
        write_problem(
            errc::append_too_large,
            "Kafka takes no record batch as large as this append (the topic's max.message.bytes): nothing was "
            "written; append less at once",
            {}, to);
      else
        write_problem(
            errc::append_refused,
            "Kafka refused it for good (" + std::string(batching::code(result.why)) + "): nothing was written", {}, to);
      break;
    case append_fate::no_owner:
      write_problem(errc::no_owner,
                    "nobody that can be asked owns the aggregate's partition at the moment, and nothing was written: "
                    "send it again after Retry-After",
                    {}, to);
      break;
    case append_fate::unknown:
      write_problem(errc::append_unknown,
                    "it is not known whether the append was written: send the same request again, which finds its "
                    "events by their ids",
                    {}, to);
      break;
  }
  add_owner_field(of.owner, to);
}

}  // namespace gateway::api::store
