#include "engine/plan_json.h"

#include <errno.h>

#include <optional>
#include <utility>

#include "engine/messages.h"
#include "netlink/value_json.h"

namespace netplumb {

namespace {

/// Reads values that are to have a shape. What has not is read as something empty, and noted.
class PlanReader {
 public:
  std::vector<Plan> plans(const Value& all) { return list(&all, "plans", &PlanReader::plan); }

  /// The first thing that was wrong.
  const std::optional<Error>& error() const { return error_; }

 private:
  Plan plan(const Value& value) {
    return Plan{netns(value.find("sandbox")), optionalText(value.find("pin"), "pin"),
                optionalText(value.find("linkTarget"), "linkTarget"),
                list(value.find("sysctls"), "sysctls", &PlanReader::sysctl),
                list(value.find("steps"), "steps", &PlanReader::step)};
  }

  Step step(const Value& value) {
    return Step{text(value.find("name"), "step.name"),
                isTrue(value.find("inside")),
                isTrue(value.find("optional")),
                optionalList(value.find("hostSysctls"), "hostSysctls", &PlanReader::sysctl),
                list(value.find("requests"), "requests", &PlanReader::request),
                optionalList(value.find("settled"), "settled", &PlanReader::link),
                list(value.find("undo"), "undo", &PlanReader::request)};
  }

  Request request(const Value& value) {
    const auto number = integer<uint16_t>(value.find("type"), "request.type");
    const auto flags = integer<uint16_t>(value.find("flags"), "request.flags");
    const Value* body = value.find("body");
    if (body == nullptr) refuse("request.body");
    if (error_) return {};
    auto request = requestOf(number, flags, *body);
    if (request) return std::move(*request);
    error_ = request.error();
    return {};
  }

  NetnsRef netns(const Value* value) {
    if (value != nullptr) {
      if (const Value* pid = value->find("pid")) return NetnsPid{integer<pid_t>(pid, "pid")};
      if (const Value* path = value->find("path")) return NetnsPath{text(path, "path")};
      if (const Value* fd = value->find("fd")) return NetnsFd{integer<int>(fd, "fd")};
      if (value->find("create") != nullptr) return NetnsNew{};
    }
    refuse("sandbox");
    return NetnsNew{};
  }

  Sysctl sysctl(const Value& value) {
    return Sysctl{text(value.find("path"), "sysctl.path"), text(value.find("value"), "sysctl.value"),
                  isTrue(value.find("optional")), isTrue(value.find("lasting"))};
  }

  std::string link(const Value& value) { return text(&value, "settled"); }

  template <typename Item>
  std::vector<Item> list(const Value* value, const char* what, Item (PlanReader::*read)(const Value&)) {
    const auto* source = value == nullptr ? nullptr : value->get<Value::List>();
    if (source == nullptr) {
      refuse(what);
      return {};
    }
    std::vector<Item> items;
    items.reserve(source->size());
    for (const Value& item : *source) items.push_back((this->*read)(item));
    return items;
  }

  template <typename Item>
  std::vector<Item> optionalList(const Value* value, const char* what, Item (PlanReader::*read)(const Value&)) {
    return value == nullptr ? std::vector<Item>() : list(value, what, read);
  }

  std::string text(const Value* value, const char* what) {
    const auto* found = value == nullptr ? nullptr : value->get<std::string>();
    if (found == nullptr) refuse(what);
    return found == nullptr ? std::string() : *found;
  }

  std::string optionalText(const Value* value, const char* what) {
    return value == nullptr ? std::string() : text(value, what);
  }

  template <typename Integer>
  Integer integer(const Value* value, const char* what) {
    const auto* found = value == nullptr ? nullptr : value->get<int64_t>();
    if (found != nullptr && std::in_range<Integer>(*found)) return static_cast<Integer>(*found);
    refuse(what);
    return 0;
  }

  static bool isTrue(const Value* value) {
    const auto* found = value == nullptr ? nullptr : value->get<bool>();
    return found != nullptr && *found;
  }

  void refuse(const char* what) {
    if (!error_) error_ = Error{EINVAL, "encode", "missing, or not what it should be", what, "plan"};
  }

  std::optional<Error> error_;
};

}  // namespace

Result<std::vector<Plan>> plansFromJson(std::string_view json) {
  const auto value = valueFromJson(json);
  if (!value) return Error{EINVAL, "encode", "not the JSON of plans", "", "plan"};
  PlanReader reader;
  auto plans = reader.plans(*value);
  if (reader.error()) return *reader.error();
  return plans;
}

}  // namespace netplumb
