#include <cmath>

#include "binding/convert.h"
#include "binding/messages.h"
#include "netlink/codec.h"
#include "netlink/text_address.h"

namespace netplumb {

namespace {

constexpr double kLargestInteger = 9007199254740991;  // Number.MAX_SAFE_INTEGER

[[noreturn]] void refuse(Napi::Env env, const std::string& what) { throw Napi::TypeError::New(env, what); }

Napi::Object object(Napi::Value value, const char* what) {
  if (!value.IsObject()) refuse(value.Env(), std::string(what) + " is not an object");
  return value.As<Napi::Object>();
}

std::string text(Napi::Value value, const char* what) {
  if (!value.IsString()) refuse(value.Env(), std::string(what) + " is not a string");
  return value.As<Napi::String>().Utf8Value();
}

std::string optionalText(Napi::Value value, const char* what) {
  return value.IsUndefined() ? std::string() : text(value, what);
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

Step stepFrom(Napi::Value value) {
  const Napi::Object step = object(value, "step");
  const Napi::Value hostSysctls = step.Get("hostSysctls");
  return Step{
      text(step.Get("name"), "step.name"), step.Get("inside").ToBoolean(),
      step.Get("optional").ToBoolean(),    hostSysctls.IsUndefined() ? std::vector<Sysctl>() : sysctlsFrom(hostSysctls),
      requestsFrom(step.Get("requests")),  requestsFrom(step.Get("undo"))};
}

}  // namespace

Value valueFrom(Napi::Value value) {
  if (value.IsString()) return Value(value.As<Napi::String>().Utf8Value());
  if (value.IsNumber()) return numberFrom(value);
  if (value.IsBoolean()) return Value(value.As<Napi::Boolean>().Value());
  if (value.IsBigInt()) return wideFrom(value);
  if (value.IsTypedArray()) {
    const auto bytes = value.As<Napi::Uint8Array>();
    return Value(Bytes(bytes.Data(), bytes.Data() + bytes.ByteLength()));
  }
  if (value.IsArray()) return Value(listFrom(value, "list", valueFrom));
  const Napi::Object source = object(value, "value");
  const Napi::Array names = source.GetPropertyNames();
  Value::Object members;
  members.reserve(names.Length());
  for (uint32_t i = 0; i < names.Length(); ++i) {
    const Napi::Value name = names.Get(i);
    const Napi::Value member = source.Get(name);
    // An optional member that was not given is as good as absent.
    if (member.IsUndefined()) continue;
    members.push_back({name.As<Napi::String>().Utf8Value(), valueFrom(member)});
  }
  return Value(std::move(members));
}

Request requestFrom(Napi::Value value) {
  const Napi::Object source = object(value, "request");
  const uint32_t number = integer(source.Get("type"), "request.type");
  const MessageType* type = knownMessage(number);
  if (type == nullptr) refuse(value.Env(), "request.type " + std::to_string(number) + " is not a known message");
  const auto flags = static_cast<uint16_t>(integer(source.Get("flags"), "request.flags"));
  auto message = encode(*type, flags, valueFrom(source.Get("body")));
  if (!message) {
    // Not to be taken for the kernel's refusal of the same message.
    message.error().operation = "encode";
    message.error().object = type->name;
    throw errorFrom(value.Env(), message.error());
  }
  return Request{std::move(*message), type};
}

std::vector<Request> requestsFrom(Napi::Value value) { return listFrom(value, "requests", requestFrom); }

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
                  sysctl.Get("optional").ToBoolean()};
  });
}

std::vector<HostPort> hostPortsFrom(Napi::Value value) {
  return listFrom(value, "ports", [](Napi::Value item) {
    const Napi::Object port = object(item, "port");
    return HostPort{transportFrom(port.Get("protocol")), addressFrom(port.Get("address")), portFrom(port.Get("port"))};
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

Plan planFrom(Napi::Value value) {
  const Napi::Object plan = object(value, "plan");
  return Plan{netnsFrom(plan.Get("sandbox")), optionalText(plan.Get("pin"), "pin"),
              optionalText(plan.Get("linkTarget"), "linkTarget"), sysctlsFrom(plan.Get("sysctls")),
              listFrom(plan.Get("steps"), "steps", stepFrom)};
}

}  // namespace netplumb
