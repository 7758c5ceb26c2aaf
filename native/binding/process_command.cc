#include <unistd.h>

#include <memory>
#include <optional>
#include <utility>

#include "binding/convert.h"
#include "binding/mailbox.h"
#include "binding/process.h"
#include "process/environment.h"
#include "process/supervisor.h"

namespace netplumb {

namespace {

/// Whether JavaScript is told when the command has started and when it has ended, or only once, at its end.
enum class Telling { kStartAndEnd, kEnd };

/// One command from its start to its end, as JavaScript sees it. Lives on the JavaScript thread; what the supervisor's
/// thread has to say comes by the mailbox.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Napi::Env env, Telling telling)
      : mailbox_(Mailbox::open(env)), telling_(telling), first_(Napi::Promise::Deferred::New(env)) {}

  Napi::Value begin(Napi::Env env, Command command) {
    mailbox_->hold(env);
    // A worker's environment may be torn down while the command runs.
    napi_add_env_cleanup_hook(env, stopAtExit, this);
    Supervisor::Listener listener;
    // The supervisor keeps this alive, and this the supervisor, until `finish`.
    listener.started = [self = shared_from_this()](Status status) {
      self->mailbox_->post([self, status](Napi::Env scope) { self->deliverStarted(scope, status); });
    };
    listener.ended = [self = shared_from_this()](Result<ExitStatus> status) {
      self->mailbox_->post([self, status](Napi::Env scope) { self->deliverEnded(scope, status); });
    };
    supervisor_ = std::make_unique<Supervisor>(std::move(command), std::move(listener));
    return first_.Promise();
  }

 private:
  void deliverStarted(Napi::Env env, const Status& status) {
    if (!status) {
      first_.Reject(errorFrom(env, status.error()).Value());
      finish(env);
      return;
    }
    if (telling_ == Telling::kEnd) return;
    auto signal = [self = shared_from_this()](const Napi::CallbackInfo& info) {
      if (self->supervisor_) self->supervisor_->signal(info[0].As<Napi::Number>().Int32Value());
    };
    Napi::Object running = Napi::Object::New(env);
    ended_.emplace(env);
    running.Set("ended", ended_->Promise());
    running.Set("signal", Napi::Function::New(env, signal, "signal"));
    first_.Resolve(running);
  }

  void deliverEnded(Napi::Env env, const Result<ExitStatus>& status) {
    const Napi::Promise::Deferred& deferred = ended_ ? *ended_ : first_;
    if (status) {
      Napi::Object object = Napi::Object::New(env);
      object.Set("code", status->code);
      object.Set("signal", status->signal);
      if (telling_ == Telling::kEnd) {
        object.Set("output", status->output);
        object.Set("errors", status->errors);
      }
      deferred.Resolve(object);
    } else {
      deferred.Reject(errorFrom(env, status.error()).Value());
    }
    finish(env);
  }

  void finish(Napi::Env env) {
    supervisor_.reset();
    napi_remove_env_cleanup_hook(env, stopAtExit, this);
    mailbox_->letGo(env);
    mailbox_->close();
  }

  static void stopAtExit(void* self) {
    // The supervisor may be the last to hold it.
    const auto session = static_cast<Session*>(self)->shared_from_this();
    session->supervisor_.reset();
  }

  Mailbox* mailbox_;
  Telling telling_;
  /// What `begin` returns.
  Napi::Promise::Deferred first_;
  /// Made where its promise is handed out: it keeps no hold of that.
  std::optional<Napi::Promise::Deferred> ended_;
  std::unique_ptr<Supervisor> supervisor_;
};

/// That of this process now, byte for byte: JavaScript's copy would have lost what is not UTF-8.
std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  return variables;
}

Command commandFrom(Napi::Object options) {
  Command command;
  command.candidates = textsFrom(options.Get("candidates"));
  command.arguments = textsFrom(options.Get("arguments"));
  const Napi::Value netns = options.Get("netns");
  if (!netns.IsUndefined()) command.netns = netnsFrom(netns);
  return command;
}

std::vector<Mount> mountsFrom(Napi::Value value) {
  std::vector<Mount> mounts;
  if (value.IsUndefined()) return mounts;
  const Napi::Array items = value.As<Napi::Array>();
  for (uint32_t i = 0; i < items.Length(); ++i) {
    const Napi::Object item = items.Get(i).As<Napi::Object>();
    const Napi::Value source = item.Get("source");
    mounts.push_back({source.IsUndefined() ? std::nullopt : std::optional(source.As<Napi::String>().Utf8Value()),
                      item.Get("target").As<Napi::String>().Utf8Value()});
  }
  return mounts;
}

}  // namespace

Napi::Value startCommand(const Napi::CallbackInfo& info) {
  const Napi::Object options = info[0].As<Napi::Object>();
  Command command = commandFrom(options);
  const Napi::Value variables = options.Get("environment");
  command.environment =
      changed(environment(), variables.IsUndefined() ? std::vector<std::string>() : textsFrom(variables));
  command.mounts = mountsFrom(options.Get("mounts"));
  const Napi::Value hostname = options.Get("hostname");
  if (!hostname.IsUndefined()) command.hostname = hostname.As<Napi::String>().Utf8Value();
  return std::make_shared<Session>(info.Env(), Telling::kStartAndEnd)->begin(info.Env(), std::move(command));
}

Napi::Value runTool(const Napi::CallbackInfo& info) {
  const Napi::Object options = info[0].As<Napi::Object>();
  Command command = commandFrom(options);
  // What it does and says must not depend on ours.
  command.environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C"};
  command.input = options.Get("input").As<Napi::String>().Utf8Value();
  return std::make_shared<Session>(info.Env(), Telling::kEnd)->begin(info.Env(), std::move(command));
}

}  // namespace netplumb
