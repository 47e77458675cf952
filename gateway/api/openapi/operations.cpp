#include "gateway/api/openapi/operations.h"

#include <algorithm>
#include <array>

namespace gateway::api::openapi {
namespace {

using http1::method;

constexpr std::string_view json = "application/json";
constexpr std::string_view ndjson = "application/x-ndjson";
constexpr std::string_view v2_type = "application/vnd.kafka.v2+json";

constexpr std::array event_bodies = {
    taken_body{json, "AnyJson", R"([{"aggregateId":"order-1","n":1},{"aggregateId":"order-2","n":2}])"},
    taken_body{ndjson, "Text", "{\"aggregateId\":\"order-1\",\"n\":1}\n{\"aggregateId\":\"order-2\",\"n\":2}\n"},
    taken_body{
        "application/cloudevents+json", "CloudEvent",
        R"({"specversion":"1.0","id":"1","source":"/shop","type":"order.made","subject":"order-1","data":{"n":1}})"},
    taken_body{"application/cloudevents-batch+json", "CloudEvents",
               R"([{"specversion":"1.0","id":"1","source":"/shop","type":"order.made","data":{"n":1}}])"},
    taken_body{"text/plain", "Text", "one event of any bytes"},
};
constexpr std::array mixed_bodies = {
    taken_body{json, "AnyJson", R"([{"eventType":"OrderMade","aggregateId":"order-1"}])"},
    taken_body{ndjson, "Text", "{\"eventType\":\"OrderMade\",\"aggregateId\":\"order-1\"}\n"},
};
constexpr std::array append_bodies = {
    taken_body{json, "AnyJson", R"([{"eventId":"e-1","eventType":"ItemAdded","item":"tea"}])"},
    taken_body{ndjson, "Text", "{\"eventId\":\"e-2\",\"eventType\":\"ItemAdded\"}\n"},
};
constexpr std::array v2_bodies = {
    taken_body{"application/vnd.kafka.json.v2+json", "V2Records", R"({"records":[{"key":"order-1","value":{"n":1}}]})"},
    taken_body{"application/vnd.kafka.binary.v2+json", "V2BinaryRecords",
               R"({"records":[{"key":"b3JkZXItMQ==","value":"AP8="}]})"},
};
constexpr std::array v3_bodies = {taken_body{
    json, "V3Record",
    R"({"key":{"type":"STRING","data":"order-1"},"value":{"type":"JSON","data":{"n":1}},"headers":[{"name":"a","value":"MQ=="}]})"}};
constexpr std::array v3_batch_bodies = {
    taken_body{json, "V3Batch", R"({"entries":[{"id":"1","value":{"type":"BINARY","data":"AP8="}}]})"}};

constexpr std::array event_answers = {
    good_answer{200, "Every event is stored", json, "EventsAnswer"},
    good_answer{202, "ack=none: every event is accepted", json, "EventsAnswer"},
    good_answer{207, "Some events are stored; failures names the others", json, "EventsAnswer"}};
constexpr std::array append_answers = {good_answer{201, "Written", json, "AppendAnswer"},
                                       good_answer{200, "These events were there already", json, "AppendAnswer"}};
constexpr std::array read_answers = {good_answer{200, "Events of the aggregate, oldest first", json, "AggregateEvents"},
                                     good_answer{304, "ETag is what If-None-Match says", {}, {}}};
constexpr std::array page_answers = {good_answer{200, "It is so", json, "Object"}};
constexpr std::array document_answers = {good_answer{200, "This document", json, "Object"}};
constexpr std::array v2_produce_answers = {
    good_answer{200, "One entry a record, in the order of the request", v2_type, "V2Offsets"},
    good_answer{207, "partial=207: some records are stored", v2_type, "V2Offsets"}};
constexpr std::array v2_list_answers = {good_answer{200, "As far as the gateway knows them", v2_type, "AnyJson"}};
constexpr std::array v3_produce_answers = {
    good_answer{200, "One document a record, in their order, one behind the other", json, "V3Report"},
    good_answer{207, "partial=207: some records are stored", json, "V3Report"}};
constexpr std::array v3_batch_answers = {
    good_answer{207, "Successes and failures by the entries' ids", json, "V3BatchAnswer"},
    good_answer{200, "partial=207: every record is stored", json, "V3BatchAnswer"}};
constexpr std::array v3_list_answers = {good_answer{200, "As far as the gateway knows them", json, "Object"}};

constexpr std::string_view event_parameters =
    "ack results timeout_ms on_invalid partial key Headgate-Key Headgate-Timestamp Headgate-Partial";

constexpr operation page(std::string_view path, std::string_view id, std::string_view summary,
                         std::string_view parameters = {}) {
  return {path, method::get, id, "looking", summary, parameters, {}, page_answers};
}

constexpr operation v2_list(std::string_view path, std::string_view id, std::string_view summary) {
  return {path, method::get, id, "REST Proxy v2", summary, {}, {}, v2_list_answers, error_form::v2};
}

constexpr operation v3_list(std::string_view path, std::string_view id, std::string_view summary) {
  return {path, method::get, id, "REST Proxy v3", summary, {}, {}, v3_list_answers, error_form::v3};
}

constexpr std::string_view aggregate = "/v1/topics/{topic}/aggregates/{id}/events";
constexpr std::string_view v3_topic = "/v3/clusters/{cluster}/topics/{topic}";

constexpr std::array all = {
    operation{"/v1/topics/{topic}/events", method::post, "postEvents", "events", "Store events: one outcome for each",
              event_parameters, event_bodies, event_answers},
    operation{"/v1/events", method::post, "postMixedEvents", "events",
              "Store events whose topics follow from their types",
              "ack results timeout_ms on_invalid partial Headgate-Key Headgate-Timestamp Headgate-Partial",
              mixed_bodies, event_answers},
    operation{"/v1/topics/{topic}/records/{key}",
              method::delete_,
              "deleteRecord",
              "events",
              "Write a tombstone under a key",
              "ack results timeout_ms partial Headgate-Timestamp Headgate-Partial",
              {},
              event_answers},
    operation{aggregate, method::post, "append", "event store", "Append events to an aggregate, all or none",
              "timeout_ms Expected-Version If-Match If-None-Match Headgate-Event-Id Idempotency-Key", append_bodies,
              append_answers},
    operation{aggregate,
              method::get,
              "readAggregate",
              "event store",
              "Read an aggregate's events",
              "from limit direction at_least token fresh wait_ms If-None-Match",
              {},
              read_answers},
    page("/", "root", "For load balancers"),
    page("/healthz", "healthz", "The process lives"),
    page("/readyz", "readyz", "An event posted now would be taken"),
    page("/v1/topics", "listTopics", "Topics and their partition counts"),
    page("/v1/topics/{topic}", "describeTopic", "A topic's partitions, and the configuration in force"),
    page("/v1/topics/{topic}/partition-of", "partitionOf", "Where a key goes", "key_text"),
    operation{"/openapi.json", method::get, "openapi", "looking", "This document", {}, {}, document_answers},
    v2_list("/topics", "v2Topics", "Names of topics"),
    v2_list("/topics/{topic}", "v2Topic", "A topic"),
    operation{"/topics/{topic}", method::post, "v2Produce", "REST Proxy v2", "Produce records", "partial", v2_bodies,
              v2_produce_answers, error_form::v2},
    v2_list("/topics/{topic}/partitions", "v2Partitions", "A topic's partitions"),
    v2_list("/topics/{topic}/partitions/{partition}", "v2Partition", "A partition"),
    operation{"/topics/{topic}/partitions/{partition}", method::post, "v2ProduceToPartition", "REST Proxy v2",
              "Produce records to one partition", "partial", v2_bodies, v2_produce_answers, error_form::v2},
    v2_list("/brokers", "v2Brokers", "Broker ids"),
    operation{"/v3/clusters/{cluster}/topics/{topic}/records", method::post, "v3Produce", "REST Proxy v3",
              "Produce records, one behind the other; chunked: a stream", "partial", v3_bodies, v3_produce_answers,
              error_form::v3},
    operation{"/v3/clusters/{cluster}/topics/{topic}/records:batch", method::post, "v3ProduceBatch", "REST Proxy v3",
              "Produce up to ten records with ids", "partial", v3_batch_bodies, v3_batch_answers, error_form::v3},
    v3_list("/v3/clusters", "v3Clusters", "The cluster there is"),
    v3_list("/v3/clusters/{cluster}", "v3Cluster", "The cluster"),
    v3_list("/v3/clusters/{cluster}/brokers", "v3Brokers", "Brokers"),
    v3_list("/v3/clusters/{cluster}/topics", "v3Topics", "Topics"),
    v3_list(v3_topic, "v3Topic", "A topic"),
    v3_list("/v3/clusters/{cluster}/topics/{topic}/partitions", "v3Partitions", "A topic's partitions"),
    v3_list("/v3/clusters/{cluster}/topics/{topic}/partitions/{partition}", "v3Partition", "A partition"),
};

}  // namespace

std::span<const operation> operations() noexcept { return all; }

const operation* find(std::string_view path, method m) noexcept {
  const auto it = std::ranges::find_if(all, [&](const operation& o) { return o.path == path && o.method == m; });
  return it == all.end() ? nullptr : &*it;
}

std::string_view parameters() noexcept {
  return R"("ack":{"name":"ack","in":"query","description":"What the answer means: in Kafka, or taken","schema":{"type":"string","enum":["broker","none"]}},
"results":{"name":"results","in":"query","schema":{"type":"string","enum":["summary","each"]}},
"timeout_ms":{"name":"timeout_ms","in":"query","schema":{"type":"integer","minimum":1,"maximum":30000}},
"on_invalid":{"name":"on_invalid","in":"query","description":"What an invalid event does to the others","schema":{"type":"string","enum":["skip","fence","refuse"]}},
"partial":{"name":"partial","in":"query","description":"The status of a mixed outcome","schema":{"type":"string","enum":["207","503"]}},
"key":{"name":"key","in":"query","description":"JSON pointer (RFC 6901) to each event's key","schema":{"type":"string"}},
"key_text":{"name":"key","in":"query","required":true,"schema":{"type":"string"},"example":"order-1"},
"Headgate-Key":{"name":"Headgate-Key","in":"header","description":"The key of a single event","schema":{"type":"string"}},
"Headgate-Timestamp":{"name":"Headgate-Timestamp","in":"header","description":"RFC 3339, or milliseconds since 1970","schema":{"type":"string"}},
"Headgate-Partial":{"name":"Headgate-Partial","in":"header","schema":{"type":"string","enum":["207","503"]}},
"Expected-Version":{"name":"Expected-Version","in":"header","description":"The version the aggregate must be at, or any","schema":{"type":"string"}},
"If-Match":{"name":"If-Match","in":"header","schema":{"type":"string"}},
"If-None-Match":{"name":"If-None-Match","in":"header","schema":{"type":"string"}},
"Headgate-Event-Id":{"name":"Headgate-Event-Id","in":"header","schema":{"type":"string"}},
"Idempotency-Key":{"name":"Idempotency-Key","in":"header","schema":{"type":"string"}},
"from":{"name":"from","in":"query","schema":{"type":"integer","minimum":1}},
"limit":{"name":"limit","in":"query","schema":{"type":"integer","minimum":1}},
"direction":{"name":"direction","in":"query","schema":{"type":"string","enum":["forward","backward"]}},
"at_least":{"name":"at_least","in":"query","description":"Wait until the aggregate is at this version","schema":{"type":"integer","minimum":0}},
"token":{"name":"token","in":"query","description":"Wait until what this append wrote is visible","schema":{"type":"string"}},
"fresh":{"name":"fresh","in":"query","schema":{"type":"string","enum":["true","false"]}},
"wait_ms":{"name":"wait_ms","in":"query","schema":{"type":"integer","minimum":0,"maximum":30000}})";
}

std::string_view schemas() noexcept {
  return R"("AnyJson":{},"Text":{"type":"string"},"Object":{"type":"object"},
"Problem":{"type":"object","description":"RFC 9457","required":["type","title","status","code"],"properties":{"type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},"detail":{"type":"string"},"code":{"type":"string"}}},
"Fault":{"type":"object","required":["error_code","message"],"properties":{"error_code":{"type":"integer"},"message":{"type":"string"}}},
"EventsAnswer":{"type":"object","required":["ack","events"],"properties":{"ack":{"type":"string"},"events":{"type":"integer"},"persisted":{"type":"integer"},"duplicate":{"type":"integer"},"rejected":{"type":"integer"},"not_persisted":{"type":"integer"},"possibly_persisted":{"type":"integer"},"blocked":{"type":"integer"},"accepted":{"type":"integer"},"partitions":{"type":"array","items":{"type":"object"}},"failures":{"type":"array","items":{"type":"object"}},"results":{"type":"array","items":{"type":"object"}}}},
"AppendAnswer":{"type":"object","required":["aggregate","version"],"properties":{"aggregate":{"type":"string"},"version":{"type":"integer"},"events":{"type":"integer"},"first_version":{"type":"integer"},"token":{"type":"string"},"duplicate":{"type":"boolean"}}},
"AggregateEvents":{"type":"array","items":{"type":"object"}},
"CloudEvent":{"type":"object","required":["specversion","id","source","type"],"properties":{"specversion":{"type":"string","const":"1.0"},"id":{"type":"string","minLength":1},"source":{"type":"string","format":"uri-reference","minLength":1},"type":{"type":"string","minLength":1},"subject":{"type":"string","minLength":1},"data":{}}},
"CloudEvents":{"type":"array","minItems":1,"items":{"$ref":"#/components/schemas/CloudEvent"}},
"V2Records":{"type":"object","required":["records"],"additionalProperties":false,"properties":{"records":{"type":"array","minItems":1,"items":{"type":"object","additionalProperties":false,"properties":{"key":{},"value":{},"partition":{"type":["integer","null"],"minimum":0}}}}}},
"V2BinaryRecords":{"type":"object","required":["records"],"additionalProperties":false,"properties":{"records":{"type":"array","minItems":1,"items":{"type":"object","additionalProperties":false,"properties":{"key":{"type":["string","null"]},"value":{"type":["string","null"]},"partition":{"type":["integer","null"],"minimum":0}}}}}},
"V2Offsets":{"type":"object","required":["offsets","key_schema_id","value_schema_id"],"properties":{"offsets":{"type":"array","items":{"type":"object","required":["partition","offset","error_code","error"]}},"key_schema_id":{"type":"null"},"value_schema_id":{"type":"null"}}},
"V3Content":{"type":["object","null"],"required":["type"],"additionalProperties":false,"properties":{"type":{"type":"string","enum":["BINARY","JSON","STRING"]},"data":{}}},
"V3Record":{"type":"object","additionalProperties":false,"properties":{"key":{"$ref":"#/components/schemas/V3Content"},"value":{"$ref":"#/components/schemas/V3Content"},"partition_id":{"type":["integer","null"],"minimum":0},"timestamp":{"type":["string","null"],"format":"date-time"},"headers":{"type":["array","null"],"items":{"type":"object","required":["name"],"additionalProperties":false,"properties":{"name":{"type":"string"},"value":{"type":["string","null"]}}}}}},
"V3Report":{"type":"object","required":["error_code"],"properties":{"error_code":{"type":"integer"},"message":{"type":"string"},"cluster_id":{"type":"string"},"topic_name":{"type":"string"},"partition_id":{"type":"integer"},"offset":{"type":"integer"},"timestamp":{"type":"string"}}},
"V3Batch":{"type":"object","required":["entries"],"additionalProperties":false,"properties":{"entries":{"type":"array","minItems":1,"maxItems":10,"items":{"type":"object","required":["id"],"properties":{"id":{"type":"string","pattern":"^[0-9A-Za-z_-]{1,80}$"},"key":{"$ref":"#/components/schemas/V3Content"},"value":{"$ref":"#/components/schemas/V3Content"}}}}}},
"V3BatchAnswer":{"type":"object","required":["successes","failures"],"properties":{"successes":{"type":"array","items":{"type":"object","required":["id"]}},"failures":{"type":"array","items":{"type":"object","required":["id","error_code","message"]}}}})";
}

}  // namespace gateway::api::openapi
