#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "binding/call.h"
#include "conntrack/selection.h"
#include "engine/subscription.h"

namespace netplumb {

/// Resolves once the engine's thread stands in its host's namespace: `{ sandboxSlot, home }`, descriptors.
class ReadyCall : public Call {
 public:
  using Call::Call;
  void run(Worker& worker) override {
    slot_ = worker.sandboxSlot();
    home_ = worker.home().fd();
  }

 protected:
  Napi::Value result(Napi::Env env) override;

 private:
  int slot_ = -1;
  int home_ = -1;
};

/// Requests; resolves to one answer for each.
class RequestsCall : public Call {
 public:
  RequestsCall(Napi::Env env, std::vector<Request> requests) : Call(env), requests_(std::move(requests)) {}

 protected:
  Napi::Value result(Napi::Env env) override;
  void take(Result<std::vector<Answer>> answers);

  std::vector<Request> requests_;

 private:
  std::vector<Answer> answers_;
};

/// In the host's namespace or another.
class ExchangeCall : public RequestsCall {
 public:
  ExchangeCall(Napi::Env env, std::vector<Request> requests, std::optional<NetnsRef> netns)
      : RequestsCall(env, std::move(requests)), netns_(std::move(netns)) {}
  void run(Worker& worker) override;

 private:
  std::optional<NetnsRef> netns_;
};

/// As one transaction of nf_tables in the host's namespace.
class TransactCall : public RequestsCall {
 public:
  TransactCall(Napi::Env env, std::vector<Request> requests, std::optional<uint32_t> generation)
      : RequestsCall(env, std::move(requests)), generation_(generation) {}
  void run(Worker& worker) override;

 private:
  std::optional<uint32_t> generation_;
};

/// One listing; resolves to an array of message bodies.
class DumpCall : public Call {
 public:
  DumpCall(Napi::Env env, Request request, std::optional<NetnsRef> netns)
      : Call(env), request_(std::move(request)), netns_(std::move(netns)) {}
  void run(Worker& worker) override;

 protected:
  Napi::Value result(Napi::Env env) override;

 private:
  Request request_;
  std::optional<NetnsRef> netns_;
  std::vector<std::vector<uint8_t>> payloads_;
};

/// Plans, one after another; resolves to one outcome for each. They wait for all that is short: ports and rules of the
/// next endpoints, which would hold these up if they in turn had to wait, and whatever somebody asks meanwhile. That
/// goes on between two of them, too: sixteen take the time of a hundred requests.
class PlansCall : public Call {
 public:
  PlansCall(Napi::Env env, std::vector<Plan> plans) : Call(env), plans_(std::move(plans)) {}
  /// One of them.
  void run(Worker& worker) override;
  bool isFinished() const override { return !batch_; }
  void abandon(const Error& why) override;
  bool isPatient() const override { return true; }

 protected:
  Napi::Value result(Napi::Env env) override;

 private:
  std::vector<Plan> plans_;
  /// While it is under way. It begins and ends on the engine's thread.
  std::optional<PlanBatch> batch_;
  std::vector<PlanOutcome> outcomes_;
};

/// Something done to several things, each of which may fail by itself; resolves to an array of errors and nulls.
template <typename Item>
class EachCall : public Call {
 public:
  /// One result for each.
  using Work = std::function<std::vector<Status>(Worker&, std::span<const Item>)>;
  EachCall(Napi::Env env, std::vector<Item> items, Work work) : Call(env), items_(std::move(items)), work_(work) {}
  void run(Worker& worker) override { results_ = work_(worker, items_); }

 protected:
  Napi::Value result(Napi::Env env) override {
    return arrayOf(env, results_,
                   [env](const Status& result) { return result ? env.Null() : errorTo(env, result.error()); });
  }

 private:
  std::vector<Item> items_;
  Work work_;
  std::vector<Status> results_;
};

/// The work of an EachCall that does one thing after the other.
template <typename Item, typename One>
typename EachCall<Item>::Work oneByOne(One one) {
  return [one](Worker& worker, std::span<const Item> items) {
    std::vector<Status> results;
    results.reserve(items.size());
    for (const Item& item : items) results.push_back(one(worker, item));
    return results;
  };
}

/// Files of the host's namespace; resolves to `{ text, error }` for each, either of them null.
class ReadFilesCall : public Call {
 public:
  ReadFilesCall(Napi::Env env, std::vector<std::string> paths) : Call(env), paths_(std::move(paths)) {}
  void run(Worker& worker) override;

 protected:
  Napi::Value result(Napi::Env env) override;

 private:
  std::vector<std::string> paths_;
  std::vector<Result<std::string>> texts_;
};

/// Makes the kernel forget connections of the host's namespace; resolves to how many there were.
class FlushCall : public Call {
 public:
  FlushCall(Napi::Env env, ConnectionWishes wishes) : Call(env), wishes_(std::move(wishes)) {}
  void run(Worker& worker) override;

 protected:
  Napi::Value result(Napi::Env env) override { return Napi::Number::New(env, forgotten_); }

 private:
  ConnectionWishes wishes_;
  uint32_t forgotten_ = 0;
};

/// Opens a subscription in the host's namespace; `opened` receives it on the JavaScript thread and names it.
class SubscribeCall : public Call {
 public:
  using Opened = std::function<Napi::Value(std::shared_ptr<Subscription>)>;
  SubscribeCall(Napi::Env env, Subscription::Topics topics, Subscription::Listener listener, Opened opened)
      : Call(env), topics_(std::move(topics)), listener_(std::move(listener)), opened_(std::move(opened)) {}
  void run(Worker& worker) override;

 protected:
  Napi::Value result(Napi::Env) override { return opened_(std::move(subscription_)); }

 private:
  Subscription::Topics topics_;
  Subscription::Listener listener_;
  Opened opened_;
  std::shared_ptr<Subscription> subscription_;
};

}  // namespace netplumb
