#pragma once

#include <napi.h>

#include "conntrack/selection.h"
#include "engine/plan.h"
#include "engine/subscription.h"
#include "netlink/exchange.h"
#include "netlink/request.h"
#include "netlink/result.h"
#include "netlink/value.h"
#include "netns/host_port.h"
#include "netns/link_groups.h"
#include "netns/namespace.h"

// JavaScript values to the core's and back. Everything here runs on the JavaScript thread. What does not have the
// expected shape throws a TypeError: the typed face in src/netlink only passes what fits.

namespace netplumb {

Value valueFrom(Napi::Value value);
/// `{ type, flags, body }`. Throws an Error with the encoder's verdict when the message cannot be encoded.
Request requestFrom(Napi::Value value);
std::vector<Request> requestsFrom(Napi::Value value);
/// `{ pid } | { path } | { fd } | { create: true }`.
NetnsRef netnsFrom(Napi::Value value);
std::vector<Sysctl> sysctlsFrom(Napi::Value value);
/// `[{ protocol, address, port }]`.
std::vector<HostPort> hostPortsFrom(Napi::Value value);
/// `[{ name, index }]`.
std::vector<LinkName> linkNamesFrom(Napi::Value value);
/// `{ ports, addresses, hostAddresses }`.
ConnectionWishes connectionWishesFrom(Napi::Value value);
std::vector<std::string> textsFrom(Napi::Value value);
std::vector<uint32_t> integersFrom(Napi::Value value);
/// The JSON text that plansFromJson() reads. Throws an Error with its verdict.
std::vector<Plan> plansFrom(Napi::Value value);

Napi::Value valueTo(Napi::Env env, const Value& value);
/// `{ errno, operation, message, attribute, object }`, or null when there is none.
Napi::Value errorTo(Napi::Env env, const Error& error);
Napi::Value errorTo(Napi::Env env, const std::optional<Error>& error);
/// A payload read by the table of its message type; throws when it cannot be read.
Napi::Value payloadTo(Napi::Env env, const MessageType& type, std::span<const uint8_t> payload);
/// `{ error, body }`, either of them null.
Napi::Value answerTo(Napi::Env env, const MessageType& type, const Answer& answer);
Napi::Value outcomeTo(Napi::Env env, const PlanOutcome& outcome);

/// A JavaScript Error that carries errorTo's members in its property `kernel`.
Napi::Error errorFrom(Napi::Env env, const Error& error);

/// `{ messages: [{ type, body }], lost, error }`.
Napi::Value notificationsTo(Napi::Env env, const Notifications& news);

/// One JavaScript array of whatever `make` makes of each item.
template <typename Items, typename Make>
Napi::Value arrayOf(Napi::Env env, const Items& items, Make make) {
  Napi::Array array = Napi::Array::New(env, items.size());
  uint32_t index = 0;
  for (const auto& item : items) array.Set(index++, make(item));
  return array;
}

}  // namespace netplumb
