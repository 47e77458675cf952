#include "gateway/config/dialect_options.h"

#include <string>

#include "gateway/config/option_types.h"

namespace gateway::config {
namespace {

using T = topic_settings;

constexpr std::size_t key_sources_max = 3;

std::string check_key_source(const std::string& text) {
  if (text == "partitionkey" || text == "subject" || text == "data") return {};
  return "'" + text.substr(0, 100) +
         "' is no place for the key of a CloudEvent: there are partitionkey, subject and data (the topic's "
         "key_pointers, in the event's data)";
}

}  // namespace

std::vector<topic_option> make_dialect_options() {
  static constexpr choices<rest_key_form, 2> rest_keys{{{"json", rest_key_form::json}, {"text", rest_key_form::text}}};
  static constexpr choices<cloudevents_form, 2> forms{
      {{"binary", cloudevents_form::binary}, {"structured", cloudevents_form::structured}}};
  return {
      reloadable(choice_option<T>(
          "rest_key", at(&T::rest_key), rest_keys,
          "REST Proxy, format json: how a string key is stored. json: as JSON text with its quotes, as the original "
          "does. text: without them, so that it lies with the same key of other producers.")),
      reloadable(choice_option<T>(
          "cloudevents", at(&T::cloudevents), forms,
          "CloudEvents: how a record carries one. binary: ce_ headers, and the data as value. structured: the JSON "
          "envelope as value.")),
      reloadable(list_option<T>(
          "cloudevents_key", at(&T::cloudevents_key), "list of partitionkey, subject, data", key_sources_max,
          check_key_source,
          "CloudEvents: where the key comes from; the first that is there wins. data: the topic's key_pointers, in "
          "the event's data.")),
  };
}

}  // namespace gateway::config
