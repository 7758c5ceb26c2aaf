#include <cmath>

#include "binding/convert.h"
#include "engine/messages.h"
#include "engine/plan_json.h"
#include "netlink/text_address.h"

namespace netplumb {

namespace {

constexpr double kLargestInteger = 9007199254740991;  // Number.MAX_SAFE_INTEGER

[[noreturn]] void refuse(Napi::Env env, const std::string& what) { throw Napi::TypeError::New(env, what); }

Napi::Object object(Napi::Value value, const char* what) {
  if (!value.IsObject()) refuse(value.Env(), std::string(what) + " is not an object");
  return value.As<Napi::Object>();
}

/// Nearly all are short, which saves asking for the length first.
std::string stringFrom(Napi::Value value) {
  char bytes[128];
  size_t length = 0;
  const napi_status status = napi_get_value_string_utf8(value.Env(), value, bytes, sizeof bytes, &length);
  NAPI_THROW_IF_FAILED(value.Env(), status, std::string());
  // As much as fits is written, in whole characters (of up to four bytes), and a NUL.
  if (length + 4 < sizeof bytes) return std::string(bytes, length);
  return value.As<Napi::String>().Utf8Value();
}

std::string text(Napi::Value value, const char* what) {
  if (!value.IsString()) refuse(value.Env(), std::string(what) + " is not a string");
  return stringFrom(value);
}

uint32_t integer(Napi::Value value, const char* what) {
  if (!value.IsNumber()) refuse(value.Env(), std::string(what) + " is not a number");
  return value.As<Napi::Number>().Uint32Value();
}

template <typename Make>
auto listFrom(Napi::Value value, const char* what, Make make) {
  if (!value.IsArray()) refuse(value.Env(), std::string(what) + " is not an array");
  const auto array = value.As<Napi::Array>();
  std::vector<decltype(make(Napi::Value()))> items;
  items.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) items.push_back(make(array.Get(i)));
  return items;
}

Value numberFrom(Napi::Value value) {
  const double number = value.As<Napi::Number>().DoubleValue();
  if (std::trunc(number) != number || std::abs(number) > kLargestInteger) refuse(value.Env(), "not an integer");
  return Value(static_cast<int64_t>(number));
}

Value wideFrom(Napi::Value value) {
  bool lossless = false;
  const uint64_t number = value.As<Napi::BigInt>().Uint64Value(&lossless);
  if (!lossless) refuse(value.Env(), "not within 64 bits");
  return Value(number);
}

Transport transportFrom(Napi::Value value) {
  const std::string name = text(value, "protocol");
  if (name == "tcp") return Transport::kTcp;
  if (name == "udp") return Transport::kUdp;
  if (name == "sctp") return Transport::kSctp;
  refuse(value.Env(), "protocol is none of tcp, udp, sctp");
}

std::vector<uint8_t> addressFrom(Napi::Value value) {
  auto address = parseIp(text(value, "address"));
  if (!address) refuse(value.Env(), "address is not an IP address");
  return *address;
}

uint16_t portFrom(Napi::Value value) {
  const uint32_t port = integer(value, "port");
  if (port == 0 || port > UINT16_MAX) refuse(value.Env(), "port is not one of 1 to 65535");
  return static_cast<uint16_t>(port);
}

Value objectFrom(Napi::Value value) {
  const auto source = value.As<Napi::Object>();
  const Napi::Array names = source.GetPropertyNames();
  const uint32_t count = names.Length();
  Value::Object members;
  members.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    const Napi::Value name = names.Get(i);
    const Napi::Value member = source.Get(name);
    // An optional member that was not given is as good as absent.
    if (member.IsUndefined()) continue;
    members.push_back({stringFrom(name), valueFrom(member)});
  }
  return Value(std::move(members));
}

/// Reads requests. The names of their members are made into JavaScript strings once, not for each.
class RequestReader {
 public:
  explicit RequestReader(Napi::Env env)
      : type_(Napi::String::New(env, "type")),
        flags_(Napi::String::New(env, "flags")),
        body_(Napi::String::New(env, "body")) {}

  Request read(Napi::Value value) {
    const Napi::Object source = object(value, "request");
    const auto flags = static_cast<uint16_t>(integer(source.Get(flags_), "request.flags"));
    auto request = requestOf(integer(source.Get(type_), "request.type"), flags, valueFrom(source.Get(body_)));
    if (!request) throw errorFrom(value.Env(), request.error());
    return std::move(*request);
  }

 private:
  const napi_value type_;
  const napi_value flags_;
  const napi_value body_;
};

}  // namespace

Value valueFrom(Napi::Value value) {
  switch (value.Type()) {
    case napi_string:
      return Value(stringFrom(value));
    case napi_number:
      return numberFrom(value);
    case napi_boolean:
      return Value(value.As<Napi::Boolean>().Value());
    case napi_bigint:
      return wideFrom(value);
    case napi_object:
      break;
    default:
      refuse(value.Env(), "value is not an object");
  }
  if (value.IsArray()) return Value(listFrom(value, "list", valueFrom));
  if (value.IsTypedArray()) {
    const auto bytes = value.As<Napi::Uint8Array>();
    return Value(Bytes(bytes.Data(), bytes.Data() + bytes.ByteLength()));
  }
  return objectFrom(value);
}

Request requestFrom(Napi::Value value) { return RequestReader(value.Env()).read(value); }

std::vector<Request> requestsFrom(Napi::Value value) {
  RequestReader reader(value.Env());
  return listFrom(value, "requests", [&reader](Napi::Value item) { return reader.read(item); });
}

std::vector<Plan> plansFrom(Napi::Value value) {
  auto plans = plansFromJson(text(value, "plans"));
  if (!plans) throw errorFrom(value.Env(), plans.error());
  return std::move(*plans);
}

NetnsRef netnsFrom(Napi::Value value) {
  const Napi::Object ref = object(value, "namespace");
  if (ref.Has("pid")) return NetnsPid{static_cast<pid_t>(integer(ref.Get("pid"), "pid"))};
  if (ref.Has("path")) return NetnsPath{text(ref.Get("path"), "path")};
  if (ref.Has("fd")) return NetnsFd{static_cast<int>(integer(ref.Get("fd"), "fd"))};
  if (ref.Has("create")) return NetnsNew{};
  refuse(value.Env(), "namespace is none of { pid }, { path }, { fd }, { create }");
}

std::vector<Sysctl> sysctlsFrom(Napi::Value value) {
  return listFrom(value, "sysctls", [](Napi::Value item) {
    const Napi::Object sysctl = object(item, "sysctl");
    return Sysctl{text(sysctl.Get("path"), "sysctl.path"), text(sysctl.Get("value"), "sysctl.value"),
                  sysctl.Get("optional").ToBoolean(), sysctl.Get("lasting").ToBoolean()};
  });
}

std::vector<HostPort> hostPortsFrom(Napi::Value value) {
  return listFrom(value, "ports", [](Napi::Value item) {
    const Napi::Object port = object(item, "port");
    return HostPort{transportFrom(port.Get("protocol")), addressFrom(port.Get("address")), portFrom(port.Get("port"))};
  });
}

std::vector<LinkName> linkNamesFrom(Napi::Value value) {
  return listFrom(value, "links", [](Napi::Value item) {
    const Napi::Object link = object(item, "link");
    return LinkName{text(link.Get("name"), "link.name"), integer(link.Get("index"), "link.index")};
  });
}

ConnectionWishes connectionWishesFrom(Napi::Value value) {
  const Napi::Object wishes = object(value, "wishes");
  return {hostPortsFrom(wishes.Get("ports")), listFrom(wishes.Get("addresses"), "addresses", addressFrom),
          listFrom(wishes.Get("hostAddresses"), "hostAddresses", addressFrom)};
}

std::vector<std::string> textsFrom(Napi::Value value) {
  return listFrom(value, "list", [](Napi::Value item) { return text(item, "item"); });
}

std::vector<uint32_t> integersFrom(Napi::Value value) {
  return listFrom(value, "list", [](Napi::Value item) { return integer(item, "item"); });
}

}  // namespace netplumb
