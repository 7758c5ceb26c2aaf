#include <memory>
#include <utility>

#include "binding/convert.h"
#include "binding/mailbox.h"
#include "binding/process.h"
#include "process/signal_watch.h"

namespace netplumb {

namespace {

/// A watch and whom it tells. Lives on the JavaScript thread, until it is closed or the environment ends.
class Watcher : public std::enable_shared_from_this<Watcher> {
 public:
  Watcher(Napi::Env env, Napi::Function listener)
      : mailbox_(Mailbox::open(env)), listener_(Napi::Persistent(listener)) {}

  Status open(Napi::Env env, const std::vector<int>& numbers) {
    auto tell = [this](SignalNews news) {
      mailbox_->post([self = shared_from_this(), news](Napi::Env scope) { self->deliver(scope, news); });
    };
    auto watch = SignalWatch::start(numbers, std::move(tell));
    if (!watch) {
      mailbox_->close();
      return watch.error();
    }
    watch_ = std::move(*watch);
    open_ = shared_from_this();
    napi_add_env_cleanup_hook(env, stopAtExit, this);
    return Done{};
  }

  void close(Napi::Env env) {
    if (!watch_) return;
    watch_.reset();
    napi_remove_env_cleanup_hook(env, stopAtExit, this);
    mailbox_->close();
    open_.reset();
  }

 private:
  void deliver(Napi::Env env, SignalNews news) {
    if (!watch_) return;
    listener_.Call({Napi::Number::New(env, news.number), Napi::Boolean::New(env, news.fromKernel)});
  }

  static void stopAtExit(void* self) {
    const auto watcher = std::move(static_cast<Watcher*>(self)->open_);
    watcher->watch_.reset();
  }

  Mailbox* mailbox_;
  Napi::FunctionReference listener_;
  std::unique_ptr<SignalWatch> watch_;
  /// Itself while it is open: nobody else need keep it.
  std::shared_ptr<Watcher> open_;
};

}  // namespace

Napi::Value watchSignals(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto watcher = std::make_shared<Watcher>(env, info[1].As<Napi::Function>());
  std::vector<int> numbers;
  for (const uint32_t number : integersFrom(info[0])) numbers.push_back(static_cast<int>(number));
  Status opened = watcher->open(env, numbers);
  if (!opened) throw errorFrom(env, opened.error());
  auto close = [watcher](const Napi::CallbackInfo& call) { watcher->close(call.Env()); };
  return Napi::Function::New(env, close, "close");
}

}  // namespace netplumb
