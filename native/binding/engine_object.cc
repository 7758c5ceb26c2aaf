#include "binding/engine_object.h"

#include <utility>

#include "binding/calls.h"
#include "netns/unpin_together.h"

namespace netplumb {

namespace {

std::optional<NetnsRef> optionalNetns(Napi::Value value) {
  if (value.IsUndefined()) return std::nullopt;
  return netnsFrom(value);
}

}  // namespace

Napi::Function EngineObject::define(Napi::Env env) {
  return DefineClass(env, "Engine",
                     {
                         InstanceMethod<&EngineObject::ready>("ready"),
                         InstanceMethod<&EngineObject::exchange>("exchange"),
                         InstanceMethod<&EngineObject::dump>("dump"),
                         InstanceMethod<&EngineObject::transact>("transact"),
                         InstanceMethod<&EngineObject::carryOut>("carryOut"),
                         InstanceMethod<&EngineObject::unpin>("unpin"),
                         InstanceMethod<&EngineObject::groupLinks>("groupLinks"),
                         InstanceMethod<&EngineObject::sysctl>("sysctl"),
                         InstanceMethod<&EngineObject::readFiles>("readFiles"),
                         InstanceMethod<&EngineObject::holdPorts>("holdPorts"),
                         InstanceMethod<&EngineObject::releasePorts>("releasePorts"),
                         InstanceMethod<&EngineObject::flushConnections>("flushConnections"),
                         InstanceMethod<&EngineObject::subscribe>("subscribe"),
                         InstanceMethod<&EngineObject::unsubscribe>("unsubscribe"),
                         InstanceMethod<&EngineObject::close>("close"),
                     });
}

EngineObject::EngineObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  NetnsRef host = netnsFrom(info[0]);
  const Urgency urgency = info[1].ToBoolean() ? Urgency::kHigh : Urgency::kUsual;
  mailbox_ = Mailbox::open(info.Env());
  engine_ = std::make_unique<Engine>(std::move(host), urgency,
                                     [this](std::unique_ptr<Task> task) { finished(std::move(task)); });
  // The engine's thread refers to this object until it has ended.
  Ref();
  // A worker thread's environment may be torn down with the engine still open.
  napi_add_env_cleanup_hook(info.Env(), stopAtExit, this);
}

EngineObject::~EngineObject() = default;

Napi::Value EngineObject::ready(const Napi::CallbackInfo& info) {
  return submit(info, std::make_unique<ReadyCall>(info.Env()));
}

Napi::Value EngineObject::exchange(const Napi::CallbackInfo& info) {
  return submit(info, std::make_unique<ExchangeCall>(info.Env(), requestsFrom(info[0]), optionalNetns(info[1])));
}

Napi::Value EngineObject::dump(const Napi::CallbackInfo& info) {
  return submit(info, std::make_unique<DumpCall>(info.Env(), requestFrom(info[0]), optionalNetns(info[1])));
}

Napi::Value EngineObject::transact(const Napi::CallbackInfo& info) {
  std::optional<uint32_t> generation;
  if (!info[1].IsUndefined()) generation = info[1].As<Napi::Number>().Uint32Value();
  return submit(info, std::make_unique<TransactCall>(info.Env(), requestsFrom(info[0]), generation));
}

Napi::Value EngineObject::carryOut(const Napi::CallbackInfo& info) {
  return submit(info, std::make_unique<PlansCall>(info.Env(), plansFrom(info[0])));
}

Napi::Value EngineObject::unpin(const Napi::CallbackInfo& info) {
  return submit(info, std::make_unique<EachCall<std::string>>(
                          info.Env(), textsFrom(info[0]),
                          [](Worker&, std::span<const std::string> paths) { return unpinTogether(paths); }));
}

Napi::Value EngineObject::groupLinks(const Napi::CallbackInfo& info) {
  const uint32_t group = info[1].As<Napi::Number>().Uint32Value();
  const auto work = [group](Worker&, std::span<const LinkName> links) { return netplumb::groupLinks(links, group); };
  return submit(info, std::make_unique<EachCall<LinkName>>(info.Env(), linkNamesFrom(info[0]), work));
}

Napi::Value EngineObject::sysctl(const Napi::CallbackInfo& info) {
  const auto write = [](Worker& worker, const Sysctl& sysctl) { return worker.hostSysctls().write(sysctl); };
  return submit(info, std::make_unique<EachCall<Sysctl>>(info.Env(), sysctlsFrom(info[0]), oneByOne<Sysctl>(write)));
}

Napi::Value EngineObject::readFiles(const Napi::CallbackInfo& info) {
  return submit(info, std::make_unique<ReadFilesCall>(info.Env(), textsFrom(info[0])));
}

Napi::Value EngineObject::holdPorts(const Napi::CallbackInfo& info) {
  const auto hold = [](Worker& worker, const HostPort& port) { return worker.ports().hold(port); };
  return submit(info,
                std::make_unique<EachCall<HostPort>>(info.Env(), hostPortsFrom(info[0]), oneByOne<HostPort>(hold)));
}

Napi::Value EngineObject::releasePorts(const Napi::CallbackInfo& info) {
  const auto release = [](Worker& worker, const HostPort& port) -> Status {
    worker.ports().release(port);
    return Done{};
  };
  return submit(info,
                std::make_unique<EachCall<HostPort>>(info.Env(), hostPortsFrom(info[0]), oneByOne<HostPort>(release)));
}

Napi::Value EngineObject::flushConnections(const Napi::CallbackInfo& info) {
  return submit(info, std::make_unique<FlushCall>(info.Env(), connectionWishesFrom(info[0])));
}

Napi::Value EngineObject::subscribe(const Napi::CallbackInfo& info) {
  const uint32_t id = nextListener_++;
  Subscription::Topics topics{info[0].As<Napi::Number>().Int32Value(), integersFrom(info[1])};
  auto callback = Napi::Persistent(info[2].As<Napi::Function>());
  auto listener = [this, id](Notifications news) {
    mailbox_->post([this, id, news = std::move(news)](Napi::Env env) { notify(env, id, news); });
  };
  auto opened = [this, id, callback = std::make_shared<Napi::FunctionReference>(std::move(callback)),
                 env = info.Env()](std::shared_ptr<Subscription> subscription) -> Napi::Value {
    mailbox_->hold(env);
    engine_->watch(subscription);
    listeners_.emplace(id, Listener{std::move(subscription), std::move(*callback)});
    return Napi::Number::New(env, id);
  };
  return submit(info,
                std::make_unique<SubscribeCall>(info.Env(), std::move(topics), std::move(listener), std::move(opened)));
}

Napi::Value EngineObject::unsubscribe(const Napi::CallbackInfo& info) {
  const auto found = listeners_.find(info[0].As<Napi::Number>().Uint32Value());
  if (found == listeners_.end()) return info.Env().Undefined();
  engine_->unwatch(found->second.subscription);
  listeners_.erase(found);
  mailbox_->letGo(info.Env());
  return info.Env().Undefined();
}

void EngineObject::notify(Napi::Env env, uint32_t listener, const Notifications& news) {
  const auto found = listeners_.find(listener);
  if (found == listeners_.end()) return;
  found->second.callback.Call({notificationsTo(env, news)});
}

Napi::Value EngineObject::close(const Napi::CallbackInfo& info) {
  if (!closing_) {
    closing_.emplace(info.Env());
    mailbox_->hold(info.Env());
    engine_->requestStop();
    if (ended_) finishClosing(info.Env());
  }
  return closing_->Promise();
}

Napi::Value EngineObject::submit(const Napi::CallbackInfo& info, std::unique_ptr<Call> call) {
  if (ended_ && closing_) throw Napi::Error::New(info.Env(), "the engine is closed");
  Napi::Value promise = call->promise();
  mailbox_->hold(info.Env());
  engine_->submit(std::move(call));
  return promise;
}

void EngineObject::finished(std::unique_ptr<Task> task) {
  if (task == nullptr) {
    mailbox_->post([this](Napi::Env env) { ended(env); });
    return;
  }
  // std::function wants copies; every task of this engine is a Call, made by `submit`.
  std::shared_ptr<Call> call(static_cast<Call*>(task.release()));
  mailbox_->post([this, call](Napi::Env env) {
    call->deliver(env);
    mailbox_->letGo(env);
  });
}

void EngineObject::ended(Napi::Env env) {
  ended_ = true;
  for (size_t open = listeners_.size(); open > 0; --open) mailbox_->letGo(env);
  listeners_.clear();
  if (closing_) finishClosing(env);
}

void EngineObject::finishClosing(Napi::Env env) {
  // Its descriptors go now, not when this object happens to be collected.
  engine_.reset();
  closing_->Resolve(env.Undefined());
  mailbox_->letGo(env);
  mailbox_->close();
  napi_remove_env_cleanup_hook(env, stopAtExit, this);
  Unref();
}

void EngineObject::stopAtExit(void* self) { static_cast<EngineObject*>(self)->engine_->stop(); }

}  // namespace netplumb
