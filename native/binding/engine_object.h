#pragma once

#include <napi.h>

#include <map>
#include <memory>
#include <optional>

#include "binding/call.h"
#include "binding/mailbox.h"
#include "engine/engine.h"
#include "engine/subscription.h"

namespace netplumb {

/// JavaScript's `Engine`: see src/netlink/native.ts for its face.
class EngineObject : public Napi::ObjectWrap<EngineObject> {
 public:
  static Napi::Function define(Napi::Env env);

  /// `new Engine(host, isUrgent)`: host as NetnsRef.
  explicit EngineObject(const Napi::CallbackInfo& info);
  ~EngineObject() override;

 private:
  Napi::Value ready(const Napi::CallbackInfo& info);
  Napi::Value exchange(const Napi::CallbackInfo& info);
  Napi::Value dump(const Napi::CallbackInfo& info);
  Napi::Value transact(const Napi::CallbackInfo& info);
  Napi::Value carryOut(const Napi::CallbackInfo& info);
  Napi::Value unpin(const Napi::CallbackInfo& info);
  Napi::Value groupLinks(const Napi::CallbackInfo& info);
  Napi::Value sysctl(const Napi::CallbackInfo& info);
  Napi::Value readFiles(const Napi::CallbackInfo& info);
  Napi::Value holdPorts(const Napi::CallbackInfo& info);
  Napi::Value releasePorts(const Napi::CallbackInfo& info);
  Napi::Value flushConnections(const Napi::CallbackInfo& info);
  Napi::Value subscribe(const Napi::CallbackInfo& info);
  Napi::Value unsubscribe(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);

  Napi::Value submit(const Napi::CallbackInfo& info, std::unique_ptr<Call> call);
  void finished(std::unique_ptr<Task> task);
  void ended(Napi::Env env);
  void finishClosing(Napi::Env env);
  static void stopAtExit(void* self);

  struct Listener {
    std::shared_ptr<Subscription> subscription;
    Napi::FunctionReference callback;
  };

  void notify(Napi::Env env, uint32_t listener, const Notifications& news);

  /// Owned by its thread-safe function; valid until `ended` has closed it.
  Mailbox* mailbox_;
  std::map<uint32_t, Listener> listeners_;
  uint32_t nextListener_ = 1;
  std::optional<Napi::Promise::Deferred> closing_;
  /// The engine's thread takes no more work; when `closing_` too, nothing may be posted any more.
  bool ended_ = false;
  std::unique_ptr<Engine> engine_;
};

}  // namespace netplumb
