#include "binding/calls.h"

#include <linux/netlink.h>

#include "conntrack/flush.h"
#include "netns/excursion.h"
#include "nftables/listing.h"

namespace netplumb {

namespace {

/// A socket in another namespace than the host's, which the thread enters for that alone.
Result<Socket> socketIn(const NetnsRef& netns, const Namespace& home, int protocol) {
  auto target = Namespace::open(netns);
  if (!target) return target.error();
  return inside(*target, home, [protocol] { return Socket::open(protocol); });
}

}  // namespace

Napi::Value ReadyCall::result(Napi::Env env) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("sandboxSlot", slot_);
  object.Set("home", home_);
  return object;
}

void ExchangeCall::run(Worker& worker) {
  auto answers = [&]() -> Result<std::vector<Answer>> {
    if (!netns_ || requests_.empty()) return worker.exchange(requests_);
    auto socket = socketIn(*netns_, worker.home(), requests_.front().type->protocol);
    if (!socket) return socket.error();
    return exchange(*socket, requests_, worker.buffer());
  }();
  take(std::move(answers));
}

void TransactCall::run(Worker& worker) { take(worker.transact(requests_, generation_)); }

void RequestsCall::take(Result<std::vector<Answer>> answers) {
  if (answers) {
    answers_ = std::move(*answers);
  } else {
    fail(answers.error());
  }
}

Napi::Value RequestsCall::result(Napi::Env env) {
  Napi::Array array = Napi::Array::New(env, answers_.size());
  for (uint32_t i = 0; i < answers_.size(); ++i) array.Set(i, answerTo(env, *requests_[i].type, answers_[i]));
  return array;
}

void DumpCall::run(Worker& worker) {
  auto payloads = [&]() -> Result<std::vector<std::vector<uint8_t>>> {
    if (!netns_) return worker.dump(request_);
    auto socket = socketIn(*netns_, worker.home(), request_.type->protocol);
    if (!socket) return socket.error();
    return list(*socket, request_, worker.buffer());
  }();
  if (payloads) {
    payloads_ = std::move(*payloads);
  } else {
    fail(payloads.error());
  }
}

Napi::Value DumpCall::result(Napi::Env env) {
  return arrayOf(env, payloads_, [&](const auto& payload) { return payloadTo(env, *request_.type, payload); });
}

void PlansCall::run(Worker& worker) {
  if (!batch_) batch_.emplace(worker, plans_);
  if (!batch_->isDone()) batch_->next();
  if (!batch_->isDone()) return;
  outcomes_ = batch_->takeOutcomes();
  batch_.reset();
}

void PlansCall::abandon(const Error& why) {
  // If it was begun, this is the engine's thread, and the worker is still there.
  batch_.reset();
  Call::abandon(why);
}

Napi::Value PlansCall::result(Napi::Env env) {
  return arrayOf(env, outcomes_, [env](const PlanOutcome& outcome) { return outcomeTo(env, outcome); });
}

void ReadFilesCall::run(Worker& worker) {
  for (const std::string& path : paths_) texts_.push_back(worker.hostSysctls().read(path));
}

Napi::Value ReadFilesCall::result(Napi::Env env) {
  return arrayOf(env, texts_, [env](const Result<std::string>& text) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("text", text ? Napi::String::New(env, *text) : env.Null());
    object.Set("error", text ? env.Null() : errorTo(env, text.error()));
    return object;
  });
}

void FlushCall::run(Worker& worker) {
  auto forgotten = [&]() -> Result<uint32_t> {
    auto socket = Socket::open(NETLINK_NETFILTER);
    if (!socket) return socket.error();
    return flushConnections(*socket, wishes_, worker.buffer());
  }();
  if (forgotten) {
    forgotten_ = *forgotten;
  } else {
    fail(forgotten.error());
  }
}

void SubscribeCall::run(Worker& worker) {
  if (topics_.protocol == NETLINK_NETFILTER) topics_.ownPort = worker.netfilterPort();
  auto subscription = Subscription::open(std::move(topics_), std::move(listener_));
  if (subscription) {
    subscription_ = std::move(*subscription);
  } else {
    fail(subscription.error());
  }
}

}  // namespace netplumb
